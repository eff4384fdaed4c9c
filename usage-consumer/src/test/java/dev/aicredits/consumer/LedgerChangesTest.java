package dev.aicredits.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.ledger.JdbcLedger;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.money.Usd;
import dev.aicredits.testkit.DocumentedTopics;
import dev.aicredits.testkit.Patience;
import dev.aicredits.testkit.TopicReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LedgerChangesTest {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    @Test
    void aChangeTellsTheStateAfterItsBatchInExactDecimals() {
        TestUsage named = TestUsage.of("org_a", "ag_1")
                .withExternalUser("user")
                .withTime(Instant.parse("2026-10-31T23:59:59.999999Z"));
        TestUsage anonymous = TestUsage.of("org_a", "ag_1").withTime(Instant.parse("2026-11-01T00:00:00Z"));
        try (UsageSystem system = UsageSystem.create(1)) {
            system.open("org_a");
            new JdbcLedger(system.app(), Clock.systemUTC())
                    .book(NewEntry.topUp("org_a", Usd.of("50"), UUID.randomUUID(), Instant.now(), "cs_test"));
            try (UsageProducer producer = system.producer()) {
                producer.send(named).send(anonymous).flush();
            }
            system.start();
            system.awaitDrained();

            ConsumerRecord<byte[], byte[]> change = last(system);
            assertThat(new String(change.key(), StandardCharsets.UTF_8)).isEqualTo("org_a");
            assertHeaders(change, "org_a:3");
            JsonNode body = JSON.readTree(change.value());
            assertThat(body.propertyNames())
                    .containsExactly("organizationId", "entrySeq", "previousEntrySeq", "balanceUsd", "spends");
            assertThat(body.get("organizationId").asString()).isEqualTo("org_a");
            assertThat(body.get("entrySeq").asLong()).isEqualTo(3);
            assertThat(body.get("previousEntrySeq").asLong()).isEqualTo(1);
            BigDecimal balance = new BigDecimal("50").subtract(named.cost()).subtract(anonymous.cost());
            assertThat(body.get("balanceUsd").decimalValue()).isEqualByComparingTo(balance);
            assertThat(spends(body))
                    .containsExactlyInAnyOrder(
                            spend("agent", "ag_1", null, "2026-10-01", named.cost()),
                            spend("external_user", "ag_1", "user", "2026-10-01", named.cost()),
                            spend("agent", "ag_1", null, "2026-11-01", anonymous.cost()),
                            spend("anonymous", "ag_1", null, "2026-11-01", anonymous.cost()));
        }
    }

    private static void assertHeaders(ConsumerRecord<byte[], byte[]> change, String id) {
        Map<String, String> expected = Map.of(
                "ce_specversion", "1.0",
                "ce_type", "dev.aicredits.ledger.changed.v1",
                "ce_source", "/aicredits/usage-consumer",
                "ce_id", id,
                "content-type", "application/json");
        assertThat(DocumentedTopics.load().problems("billing.ledger.v1", change))
                .isEmpty();
        expected.forEach((name, value) ->
                assertThat(TopicReader.header(change, name)).as(name).isEqualTo(value));
        assertThat(Instant.parse(TopicReader.header(change, "ce_time"))).isBeforeOrEqualTo(Instant.now());
        assertThat(Long.parseLong(TopicReader.header(change, "produced_at_ms"))).isBetween(1L, change.timestamp());
        assertThat(change.headers().toArray()).hasSize(expected.size() + 2);
    }

    private static List<String> spends(JsonNode body) {
        return body.get("spends")
                .valueStream()
                .map(spend -> spend(
                        spend.get("scope").asString(),
                        spend.get("agentId").asString(),
                        spend.has("externalUserId")
                                ? spend.get("externalUserId").asString()
                                : null,
                        spend.get("windowStart").asString(),
                        spend.get("spentUsd").decimalValue()))
                .toList();
    }

    private static String spend(String scope, String agent, String user, String window, BigDecimal usd) {
        return String.join(
                " ",
                scope,
                agent,
                String.valueOf(user),
                window,
                usd.stripTrailingZeros().toPlainString());
    }

    @Test
    void anAmountIsWrittenWithoutAnExponentDownToTheLastNano() {
        try (UsageSystem system = UsageSystem.create(1)) {
            system.open("org_a");
            TestUsage smallest =
                    new TestUsage("smallest", "org_a", "ag_1", null, Instant.now(), TestRates.MODEL, 1, 1, 0, 0);
            try (UsageProducer producer = system.producer()) {
                producer.send(smallest).flush();
            }
            system.start();
            system.awaitDrained();

            // 0.075 nano-USD of a million-token price is 75 nano-USD.
            assertThat(new String(last(system).value(), StandardCharsets.UTF_8))
                    .contains("\"balanceUsd\":-0.000000075")
                    .contains("\"spentUsd\":0.000000075");
        }
    }

    @Test
    void usageIsBookedWhileChangesCanNotBeAnnouncedAndARepeatedEventTellsThem() {
        TestUsage usage = TestUsage.of("org_a", "ag_1");
        try (UsageSystem system = UsageSystem.create(1);
                UsageProducer producer = system.producer()) {
            system.open("org_a");
            system.setMessageBytesMax(system.ledgerTopic(), 80);
            RunningConsumer consumer = system.start();
            producer.send(usage).flush();
            system.awaitDrained();

            assertThat(system.entries()).isEqualTo(1);
            assertThat(system.ledgerChanges()).isEmpty();
            assertThat(consumer.count("aicredits.usage.failures")).isZero();

            system.setMessageBytesMax(system.ledgerTopic(), 1 << 20);
            Patience.awaitTrue("it is told", () -> {
                producer.send(usage).flush();
                system.awaitDrained();
                return !system.ledgerChanges().isEmpty();
            });

            assertThat(consumer.count("aicredits.usage.events", "outcome", "booked"))
                    .isEqualTo(1);
            JsonNode body = JSON.readTree(last(system).value());
            assertThat(body.get("entrySeq").asLong()).isEqualTo(1);
            assertThat(body.get("balanceUsd").decimalValue())
                    .isEqualByComparingTo(usage.cost().negate());
        }
    }

    @Test
    void waitingForATopicThatIsAwayTakesATenthOfTheTimeAtMost() {
        int batches = 8;
        try (UsageSystem system = UsageSystem.create(1);
                UsageProducer producer = system.producer()) {
            system.open("org_a");
            RunningConsumer consumer = system.start(
                    "aicredits.usage-consumer.send-timeout=1s",
                    "aicredits.usage-consumer.ledger-topic=there-is-no-such-topic");
            long startNanos = System.nanoTime();
            for (int i = 0; i < batches; i++) {
                producer.send(TestUsage.of("org_a", "ag_1")).flush();
                system.awaitDrained();
            }

            assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(batches));
            assertThat(system.entries()).isEqualTo(batches);
            assertThat(consumer.count("aicredits.usage.failures")).isZero();
        }
    }

    private static ConsumerRecord<byte[], byte[]> last(UsageSystem system) {
        List<ConsumerRecord<byte[], byte[]>> changes = system.ledgerChanges();
        assertThat(changes).isNotEmpty();
        return changes.get(changes.size() - 1);
    }
}
