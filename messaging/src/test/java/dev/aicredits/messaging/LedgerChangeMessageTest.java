package dev.aicredits.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.ledger.LedgerChange;
import dev.aicredits.ledger.LedgerChange.Scope;
import dev.aicredits.ledger.LedgerChange.Spend;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class LedgerChangeMessageTest {

    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
    private static final LocalDate MARCH = LocalDate.parse("2026-03-01");

    @Test
    void aChangeIsACloudEventInBinaryModeNamedByItsState() {
        ProducerRecord<byte[], byte[]> message =
                LedgerChangeMessage.of("ledger", LedgerChange.afterEntry("org_a", 7, -1), "checkout", NOW);

        assertThat(message.topic()).isEqualTo("ledger");
        assertThat(new String(message.key(), StandardCharsets.UTF_8)).isEqualTo("org_a");
        Map<String, String> headers = new HashMap<>();
        message.headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        assertThat(headers)
                .isEqualTo(Map.of(
                        "ce_specversion", "1.0",
                        "ce_type", "dev.aicredits.ledger.changed.v1",
                        "ce_source", "/aicredits/checkout",
                        "ce_id", "org_a:7",
                        "ce_time", "2026-03-01T00:00:00Z",
                        "content-type", "application/json"));
        assertThat(body(message))
                .isEqualTo(
                        "{\"organizationId\":\"org_a\",\"entrySeq\":7,\"previousEntrySeq\":6,\"balanceUsd\":-0.000000001,\"spends\":[]}");
    }

    @Test
    void spendsAreExactAndAnExternalUserIsNamedWhereThereIsOne() {
        LedgerChange change = new LedgerChange(
                "org_a",
                7,
                4,
                50_000_000_000L,
                List.of(
                        new Spend(Scope.AGENT, "ag_1", null, MARCH, 1_500_000_000),
                        new Spend(Scope.EXTERNAL_USER, "ag_1", "user_1", MARCH, 20),
                        new Spend(Scope.ANONYMOUS, "ag_1", null, MARCH.plusMonths(1), 3_000_000_000L)));

        assertThat(body(LedgerChangeMessage.of("ledger", change, "checkout", NOW)))
                .isEqualTo(
                        "{\"organizationId\":\"org_a\",\"entrySeq\":7,\"previousEntrySeq\":4,\"balanceUsd\":50,\"spends\":["
                                + "{\"scope\":\"agent\",\"agentId\":\"ag_1\",\"windowStart\":\"2026-03-01\",\"spentUsd\":1.5},"
                                + "{\"scope\":\"external_user\",\"agentId\":\"ag_1\",\"externalUserId\":\"user_1\","
                                + "\"windowStart\":\"2026-03-01\",\"spentUsd\":0.00000002},"
                                + "{\"scope\":\"anonymous\",\"agentId\":\"ag_1\",\"windowStart\":\"2026-04-01\",\"spentUsd\":3}]}");
    }

    private static String body(ProducerRecord<byte[], byte[]> message) {
        return new String(message.value(), StandardCharsets.UTF_8);
    }
}
