package dev.aicredits.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aicredits.control.BudgetAlert;
import dev.aicredits.control.ControlAck;
import dev.aicredits.control.ControlSignal;
import dev.aicredits.control.Target;
import dev.aicredits.ledger.LedgerChange;
import dev.aicredits.ledger.LedgerChange.Scope;
import dev.aicredits.ledger.LedgerChange.Spend;
import dev.aicredits.messaging.BillingHint.Moved;
import dev.aicredits.money.Usd;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the platform reads and writes, as it is on the wire and as it is read back. */
class ControlMessagesTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00.5Z");
    private static final ControlSignal STOP = new ControlSignal(
            Target.externalUser("org_a", "ag_1", "u/1"),
            3,
            Usd.of("0.000000001"),
            Usd.of("10"),
            Usd.of("-0.5"),
            Instant.parse("2026-12-01T00:00:00Z"),
            "usage",
            "0190a6b0-0000-7000-8000-000000000001",
            NOW);

    @Test
    void aStopTellsItsTargetReasonAndLimitExactly() {
        ProducerRecord<byte[], byte[]> message = ControlSignalMessage.of("control", STOP);

        assertThat(text(message.key())).isEqualTo("org_a/agents/ag_1/users/u%2F1");
        assertThat(header(message, "ce_type")).isEqualTo("dev.aicredits.agent.stop.v1");
        assertThat(header(message, "ce_id")).isEqualTo("org_a/agents/ag_1/users/u%2F1:3");
        assertThat(text(message.value()))
                .isEqualTo("{\"organizationId\":\"org_a\",\"agentId\":\"ag_1\",\"externalUserId\":\"u/1\","
                        + "\"scope\":\"external_user\",\"reason\":\"external_user_budget_exhausted\",\"version\":3,"
                        + "\"limitUsd\":0.000000001,\"spentUsd\":10,\"balanceUsd\":-0.5,"
                        + "\"windowEndUtc\":\"2026-12-01T00:00:00Z\",\"cause\":\"usage\","
                        + "\"causedBy\":\"0190a6b0-0000-7000-8000-000000000001\","
                        + "\"decidedAt\":\"2026-11-25T12:00:00.500Z\"}");
        assertThat(ControlSignalMessage.read(received(message))).isEqualTo(STOP);
    }

    @Test
    void whatASignalDoesNotHaveIsLeftOut() {
        ControlSignal resume =
                new ControlSignal(Target.organization("org_a"), 2, null, null, Usd.of("5"), null, "top_up", null, NOW);

        ProducerRecord<byte[], byte[]> message = ControlSignalMessage.of("control", resume);

        assertThat(header(message, "ce_type")).isEqualTo("dev.aicredits.agent.resume.v1");
        assertThat(text(message.value()))
                .isEqualTo("{\"organizationId\":\"org_a\",\"scope\":\"organization\","
                        + "\"reason\":\"organization_credits_exhausted\",\"version\":2,\"balanceUsd\":5,"
                        + "\"cause\":\"top_up\",\"decidedAt\":\"2026-11-25T12:00:00.500Z\"}");
        assertThat(ControlSignalMessage.read(received(message))).isEqualTo(resume);
    }

    @Test
    void anAcknowledgementIsReadInEitherMode() {
        ControlAck ack = new ControlAck(Target.anonymous("org_a", "ag_1"), 7);
        ProducerRecord<byte[], byte[]> message = ControlAckMessage.of("acks", ack, "platform", NOW);

        assertThat(text(message.key())).isEqualTo("org_a/agents/ag_1/anonymous");
        assertThat(ControlAckMessage.read(received(message))).isEqualTo(ack);
        assertThat(ControlAckMessage.read(received("{\"specversion\":\"1.0\",\"type\":\"" + ControlAck.TYPE
                        + "\",\"data\":" + text(message.value()) + "}")))
                .isEqualTo(ack);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"type\":\"t\"}",
                "{\"type\":\"dev.aicredits.agent.control-acknowledged.v1\",\"data\":{}}",
                "{\"type\":\"dev.aicredits.agent.control-acknowledged.v1\",\"data\":{\"organizationId\":\"o\","
                        + "\"scope\":\"agent\",\"version\":1}}",
                "{\"type\":\"dev.aicredits.agent.control-acknowledged.v1\",\"data\":{\"organizationId\":\"o\","
                        + "\"scope\":\"organization\",\"version\":1.5}}",
                "{\"type\":\"dev.aicredits.agent.control-acknowledged.v1\",\"data\":{\"organizationId\":\"o\","
                        + "\"scope\":\"organization\",\"version\":-1}}",
                "{\"type\":\"dev.aicredits.agent.stop.v1\",\"data\":{\"organizationId\":\"o\",\"scope\":\"organization\","
                        + "\"version\":1}}"
            })
    void whatIsNoAcknowledgementIsUnusable(String value) {
        assertThatExceptionOfType(UnusableMessageException.class)
                .isThrownBy(() -> ControlAckMessage.read(received(value)));
    }

    @ParameterizedTest
    @CsvSource({
        "\\u0000, has a control character",
        "x\\u001f, has a control character",
        "\\ud800, has a lone surrogate",
        "x\\udc00x, has a lone surrogate"
    })
    void aTextThatTheDatabaseCannotHoldIsUnusable(String text, String rule) {
        String organization = "{\"organizationId\":\"" + text + "\",\"scope\":\"organization\",\"version\":1}";
        String agent = "{\"organizationId\":\"o\",\"agentId\":\"" + text + "\",\"scope\":\"agent\",\"version\":1}";
        String spend = "{\"organizationId\":\"o\",\"entrySeq\":2,\"previousEntrySeq\":1,\"balanceUsd\":1,\"spends\":["
                + "{\"scope\":\"agent\",\"agentId\":\"" + text + "\",\"windowStart\":\"2026-11-01\",\"spentUsd\":1}]}";
        String budgets = "{\"organizationId\":\"" + text + "\",\"revision\":1}";

        assertUnusable(() -> ControlAckMessage.read(event(ControlAck.TYPE, organization)), "organizationId " + rule);
        assertUnusable(() -> ControlAckMessage.read(event(ControlAck.TYPE, agent)), "agentId " + rule);
        assertUnusable(() -> BillingHint.read(event(LedgerChangeMessage.TYPE, spend)), "agentId " + rule);
        assertUnusable(() -> BillingHint.read(event(BudgetChangeMessage.TYPE, budgets)), "organizationId " + rule);
    }

    @Test
    void anIdOfCharactersInPairsIsReadAsItIs() {
        String data = "{\"organizationId\":\"\\ud83d\\ude80 \u30e2\",\"scope\":\"organization\",\"version\":1}";

        assertThat(ControlAckMessage.read(event(ControlAck.TYPE, data)).target())
                .isEqualTo(Target.organization("\ud83d\ude80 \u30e2"));
    }

    private static void assertUnusable(ThrowingCallable read, String rule) {
        assertThatExceptionOfType(UnusableMessageException.class)
                .isThrownBy(read)
                .withMessage(rule);
    }

    @Test
    void anAlertIsNamedByTargetWindowAndPercent() {
        BudgetAlert alert = new BudgetAlert(
                Target.agent("org_a", "ag_1"), 20_000, 80, Usd.of("10"), Usd.of("8"), Usd.of("3"), NOW, NOW);

        ProducerRecord<byte[], byte[]> message = BudgetAlertMessage.of("alerts", alert);

        assertThat(text(message.key())).isEqualTo("org_a");
        assertThat(header(message, "ce_id")).isEqualTo("org_a/agents/ag_1:20000:80");
        assertThat(BudgetAlertMessage.read(received(message))).isEqualTo(alert);
    }

    @Test
    void aLedgerChangeSaysWhereToLookAndWhatItFollows() {
        LocalDate month = LocalDate.parse("2026-11-01");
        LedgerChange change = new LedgerChange(
                "org_a",
                9,
                7,
                5,
                List.of(
                        new Spend(Scope.AGENT, "ag_1", null, month, 1),
                        new Spend(Scope.ANONYMOUS, "ag_1", null, month, 2),
                        new Spend(Scope.EXTERNAL_USER, "ag_1", "u", month, 3)));

        assertThat(BillingHint.read(received(LedgerChangeMessage.of("ledger", change, "test", NOW, 1_234))))
                .isEqualTo(new BillingHint(
                        "org_a",
                        9L,
                        7L,
                        null,
                        List.of(
                                new Moved(Target.organization("org_a"), null, 5),
                                new Moved(Target.agent("org_a", "ag_1"), month, 1),
                                new Moved(Target.anonymous("org_a", "ag_1"), month, 2),
                                new Moved(Target.externalUser("org_a", "ag_1", "u"), month, 3)),
                        1_234L));
        assertThat(BillingHint.read(received(BudgetChangeMessage.of("ledger", "org_a", 4, "test", NOW))))
                .isEqualTo(new BillingHint("org_a", null, null, 4L, List.of(), null));
    }

    private static ConsumerRecord<byte[], byte[]> received(ProducerRecord<byte[], byte[]> message) {
        return new ConsumerRecord<>(
                message.topic(),
                0,
                0,
                0L,
                TimestampType.CREATE_TIME,
                0,
                0,
                message.key(),
                message.value(),
                message.headers(),
                Optional.empty());
    }

    private static ConsumerRecord<byte[], byte[]> event(String type, String data) {
        return received("{\"specversion\":\"1.0\",\"type\":\"" + type + "\",\"data\":" + data + "}");
    }

    private static ConsumerRecord<byte[], byte[]> received(String value) {
        return received(new ProducerRecord<>("t", value.getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String header(ProducerRecord<byte[], byte[]> message, String name) {
        return text(message.headers().lastHeader(name).value());
    }
}
