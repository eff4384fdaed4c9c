package dev.aicredits.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.ratecard.JdbcRateCards;
import dev.aicredits.testkit.DocumentedTopics;
import dev.aicredits.testkit.TopicReader;
import dev.aicredits.wire.DeadLetterReason;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

class BadInputTest {

    private static final String CASE = "x-case";
    private static final Map<String, String> STRUCTURED = Map.of("content-type", "application/cloudevents+json");
    private static final int MEGABYTE = 1 << 20;

    /** A record that can't be used, and the reason that must be found. */
    private static final class Bad {
        final String name;
        final byte[] key;
        final byte[] value;
        final Map<String, String> headers;
        final String reason;

        Bad(String name, byte[] key, byte[] value, Map<String, String> headers, String reason) {
            this.name = name;
            this.key = key;
            this.value = value;
            this.headers = headers;
            this.reason = reason;
        }
    }

    @Test
    void everyRecordThatCannotBeUsedIsDeadLetteredWithItsReasonAndItsNeighboursAreDebited() {
        TestUsage firstUse = TestUsage.of("org_a", "ag_a");
        TestUsage otherTenant = TestUsage.of("org_b", "ag_b");
        List<Bad> table = table(firstUse);
        try (UsageSystem system = UsageSystem.create(1)) {
            system.open("org_a", "org_b");
            system.superuser().sql("""
                            INSERT INTO ledger_closing (organization_id, month, first_seq, last_seq, opening_balance_nanos,
                                closing_balance_nanos, usage_entries, usage_nanos, closed_before, closed_at)
                            SELECT organization_id, '2020-01-01', 1, 1, 0, 0, 0, 0, now() - interval '36 days', now()
                              FROM organization WHERE public_id = 'org_a'
                            """).update();
            RunningConsumer consumer = system.start();
            BigDecimal cost = firstUse.cost();
            try (UsageProducer producer = system.producer(Map.of("compression.type", "zstd"))) {
                producer.send(firstUse).send(otherTenant).flush();
                system.awaitDrained();
                for (Bad bad : table) {
                    TestUsage neighbour = TestUsage.of("org_a", "ag_a");
                    cost = cost.add(neighbour.cost());
                    Map<String, String> headers = new LinkedHashMap<>(bad.headers);
                    headers.put(CASE, bad.name);
                    producer.send(null, bad.key, bad.value, headers).send(neighbour);
                }
                producer.flush();
            }

            system.awaitDrained();

            assertDeadLetters(system, table);
            assertThat(system.balance("org_a")).isEqualByComparingTo(cost.negate());
            assertThat(system.balance("org_b"))
                    .isEqualByComparingTo(otherTenant.cost().negate());
            assertThat(system.entries()).isEqualTo(table.size() + 2);
            assertThat(system.audit().run()).isEmpty();
            assertMetrics(consumer, table);
        }
    }

    private static List<Bad> table(TestUsage alreadyBooked) {
        List<Bad> table = new ArrayList<>();
        addMalformed(table);
        addInvalid(table);
        table.add(structured("above 1 MB", usage().jsonOf(MEGABYTE + 1), "too_large"));
        table.add(structured("above 1 MB by far, well compressed", usage().jsonOf(12 * MEGABYTE), "too_large"));
        table.add(bad("unknown organization", TestUsage.of("org_nobody", "ag_n"), "unknown_organization"));
        table.add(new Bad(
                "key of another organization", bytes("org_b"), json(usage()), STRUCTURED, "wrong_organization"));
        table.add(bad("another tenant's agent", TestUsage.of("org_a", "ag_b"), "wrong_organization"));
        table.add(bad("unknown model", usage().withModel("model-of-tomorrow"), "unrated_model"));
        table.add(bad("of 1970", usage().withTime(Instant.EPOCH), "time_out_of_range"));
        table.add(bad("of 2099", usage().withTime(Instant.parse("2099-12-31T23:59:59Z")), "time_out_of_range"));
        table.add(bad(
                "of a closed month", usage().withTime(Instant.now().minus(Duration.ofDays(40))), "time_out_of_range"));
        table.add(bad("same id, other body", alreadyBooked.withOutputTokens(4711), "conflict"));
        return table;
    }

    private static void addMalformed(List<Bad> table) {
        String good = usage().json();
        table.add(structured("not JSON", bytes("hello"), "malformed"));
        table.add(structured("empty", new byte[0], "malformed"));
        table.add(structured("null", null, "malformed"));
        table.add(structured("deep arrays", bytes("[".repeat(100_000)), "malformed"));
        table.add(structured("deep objects", bytes("{\"data\":".repeat(100_000)), "malformed"));
        table.add(structured("cut off", bytes(good.substring(0, good.length() - 1)), "malformed"));
        table.add(structured("two documents", bytes(good + good), "malformed"));
        table.add(structured("NaN", bytes(replaced("\"inputTokens\":100", "\"inputTokens\":NaN")), "malformed"));
        table.add(structured(
                "not UTF-8", good.replace("ag_a", "ag_\u00e9").getBytes(StandardCharsets.ISO_8859_1), "malformed"));
        table.add(new Bad(
                "a batch of events",
                bytes("org_a"),
                bytes("[" + good + "]"),
                Map.of("content-type", "application/cloudevents-batch+json"),
                "malformed"));
        Map<String, String> text = new HashMap<>(usage().binaryHeaders());
        text.put("content-type", "text/plain");
        table.add(new Bad("binary, not JSON by its type", bytes("org_a"), bytes(usage().data()), text, "malformed"));
    }

    private static void addInvalid(List<Bad> table) {
        Map<String, String> changes = new LinkedHashMap<>();
        changes.put("text for a count", "\"inputTokens\":\"100\"");
        changes.put("an object for a count", "\"inputTokens\":{}");
        changes.put("negative", "\"inputTokens\":-100");
        changes.put("a fraction", "\"inputTokens\":100.5");
        changes.put("1e308", "\"inputTokens\":1e308");
        changes.put("above an int", "\"inputTokens\":3000000000");
        changes.put("above a long", "\"inputTokens\":99999999999999999999");
        changes.put("null for a count", "\"inputTokens\":null");
        changes.put("no count", "\"unread\":100");
        changes.forEach((name, field) -> table.add(structured(name, replaced("\"inputTokens\":100", field))));
        table.add(
                structured("more cached than input", replaced("\"cachedInputTokens\":0", "\"cachedInputTokens\":101")));
        table.add(structured(
                "counts that overflow together",
                replaced("\"cachedInputTokens\":0", "\"cachedInputTokens\":2147483647")
                        .replace("\"cacheCreationInputTokens\":0", "\"cacheCreationInputTokens\":2147483647")));
        table.add(structured(
                "zero",
                replaced("\"inputTokens\":100", "\"inputTokens\":0")
                        .replace("\"outputTokens\":10", "\"outputTokens\":0")));
        table.add(structured("a number for an agent", replaced("\"agentId\":\"ag_a\"", "\"agentId\":7")));
        table.add(structured("no agent", replaced("\"agentId\":\"ag_a\",", "")));
        table.add(structured("NUL in a user", replaced("\"kind\"", "\"externalUserId\":\"a\\u0000b\",\"kind\"")));
        table.add(structured("half a character", replaced("\"kind\"", "\"externalUserId\":\"a\\ud800b\",\"kind\"")));
        table.add(structured("no organization", replaced("\"organizationId\":\"org_a\",", "")));
        table.add(structured("unknown kind", replaced("\"kind\":\"inference\"", "\"kind\":\"magic\"")));
        table.add(structured("no time", replaced("\"time\"", "\"then\"")));
        table.add(structured("no time of day", replaced("\"time\":\"", "\"time\":\"yesterday ")));
        table.add(structured("no id", replaced("\"id\"", "\"identity\"")));
        table.add(structured("another type", replaced(TestUsage.TYPE, "com.example.other")));
        table.add(structured("subject is another agent", replaced("\"subject\":\"ag_a\"", "\"subject\":\"ag_z\"")));
        table.add(structured("no data", replaced("\"data\":{", "\"date\":{")));
        Map<String, String> noId = new HashMap<>(usage().binaryHeaders());
        noId.remove("ce_id");
        table.add(new Bad("binary without an id", bytes("org_a"), bytes(usage().data()), noId, "invalid_field"));
    }

    private static TestUsage usage() {
        return TestUsage.of("org_a", "ag_a");
    }

    private static String replaced(String field, String with) {
        String json = usage().json();
        assertThat(json).contains(field);
        return json.replace(field, with);
    }

    private static Bad bad(String name, TestUsage usage, String reason) {
        return new Bad(name, usage.key(), json(usage), STRUCTURED, reason);
    }

    private static Bad structured(String name, String value) {
        return structured(name, bytes(value), "invalid_field");
    }

    private static Bad structured(String name, byte[] value, String reason) {
        return new Bad(name, bytes("org_a"), value, STRUCTURED, reason);
    }

    private static byte[] json(TestUsage usage) {
        return bytes(usage.json());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertDeadLetters(UsageSystem system, List<Bad> table) {
        List<ConsumerRecord<byte[], byte[]>> letters = system.deadLetters();
        DocumentedTopics documented = DocumentedTopics.load();
        assertThat(letters).allSatisfy(letter -> assertThat(documented.problems("agent.usage.v1-dlt", letter))
                .isEmpty());
        Map<String, ConsumerRecord<byte[], byte[]>> byCase = new HashMap<>();
        letters.forEach(letter -> byCase.put(TopicReader.header(letter, CASE), letter));
        assertThat(byCase.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        table.stream().map(bad -> bad.name).toList());
        assertThat(letters).hasSameSizeAs(table);
        Set<String> offsets = new HashSet<>();
        for (Bad bad : table) {
            ConsumerRecord<byte[], byte[]> letter = byCase.get(bad.name);
            assertThat(TopicReader.header(letter, "dead_letter_reason"))
                    .as(bad.name)
                    .isEqualTo(bad.reason);
            assertThat(letter.key()).as(bad.name).isEqualTo(bad.key);
            assertThat(letter.value()).as(bad.name).isEqualTo(bad.value);
            bad.headers.forEach((name, value) ->
                    assertThat(TopicReader.header(letter, name)).as(bad.name).isEqualTo(value));
            assertThat(TopicReader.header(letter, "dead_letter_detail"))
                    .as(bad.name)
                    .isNotBlank();
            assertThat(TopicReader.header(letter, "dead_letter_topic")).isEqualTo(system.topic());
            assertThat(TopicReader.header(letter, "dead_letter_partition")).isEqualTo("0");
            assertThat(Instant.parse(TopicReader.header(letter, "dead_letter_at")))
                    .isBefore(Instant.now());
            offsets.add(TopicReader.header(letter, "dead_letter_offset"));
        }
        assertThat(offsets).hasSameSizeAs(table);
    }

    private static void assertMetrics(RunningConsumer consumer, List<Bad> table) {
        for (DeadLetterReason reason : DeadLetterReason.values()) {
            long expected = table.stream()
                    .filter(bad -> bad.reason.equals(reason.wireName()))
                    .count();
            assertThat(expected).as("the table has a case of %s", reason).isPositive();
            assertThat(consumer.count("aicredits.usage.events", "reason", reason.wireName()))
                    .as(reason.wireName())
                    .isEqualTo(expected);
        }
        assertThat(consumer.count("aicredits.usage.consumed")).isEqualTo(2L * table.size() + 2);
        assertThat(consumer.count("aicredits.usage.consumed")).isEqualTo(consumer.count("aicredits.usage.events"));
    }

    @Test
    void deadLettersThatAreReplayedOnceTheirCauseIsMendedAreDebitedOnce() {
        TestUsage early = TestUsage.of("org_later", "ag_later");
        TestUsage unrated = usage().withModel("model-of-tomorrow");
        TestUsage old = usage().withTime(Instant.now().minus(Duration.ofDays(120)));
        TestUsage large = usage();
        TestUsage contradicted = usage();
        try (UsageSystem system = UsageSystem.create(2)) {
            system.open("org_a");
            RunningConsumer consumer = system.start();
            try (UsageProducer producer = system.producer()) {
                producer.send(early)
                        .send(unrated)
                        .sendBinary(old)
                        .send(null, large.key(), large.jsonOf(2 * MEGABYTE - 1024), STRUCTURED)
                        .send(contradicted)
                        .send(contradicted.withOutputTokens(4711))
                        .flush();
            }
            system.awaitDrained();
            assertThat(system.deadLetters()).hasSize(5);
            assertThat(system.entries()).isEqualTo(1);
            consumer.close();

            system.open("org_later");
            new JdbcRateCards(system.owner()).publish(TestRates.card(TestRates.VERSION + 1, "model-of-tomorrow"));
            system.start("aicredits.usage-consumer.event-age-max=200d", "aicredits.usage-consumer.event-bytes-max=2MB");
            replay(system, system.deadLetters());
            system.awaitDrained();

            assertThat(system.balance("org_later"))
                    .isEqualByComparingTo(early.cost().negate());
            assertThat(system.balance("org_a"))
                    .isEqualByComparingTo(unrated.cost()
                            .add(old.cost())
                            .add(large.cost())
                            .add(contradicted.cost())
                            .negate());
            assertThat(reasons(system)).containsOnlyOnce("unrated_model").endsWith("conflict");
            assertThat(system.deadLetters()).hasSize(6);

            replay(system, system.deadLetters());
            system.awaitDrained();

            assertThat(system.entries()).isEqualTo(5);
            assertThat(system.deadLetters()).hasSize(8);
            assertThat(system.audit().run()).isEmpty();
        }
    }

    /** As a person does it: bytes, key and headers as they are, ours included. */
    private static void replay(UsageSystem system, List<ConsumerRecord<byte[], byte[]>> letters) {
        try (UsageProducer producer = system.producer()) {
            for (ConsumerRecord<byte[], byte[]> letter : letters) {
                producer.send(
                        new ProducerRecord<>(system.topic(), null, letter.key(), letter.value(), letter.headers()));
            }
            producer.flush();
        }
    }

    private static List<String> reasons(UsageSystem system) {
        return system.deadLetters().stream()
                .map(letter -> TopicReader.header(letter, "dead_letter_reason"))
                .toList();
    }

    @Test
    void aReplayedDeadLetterThatIsRefusedAgainSaysOnlyWhyItWasRefusedNow() {
        try (UsageSystem system = UsageSystem.create(1)) {
            system.open("org_a");
            system.start();
            try (UsageProducer producer = system.producer()) {
                producer.send(null, bytes("org_a"), bytes("hello"), Map.of("trace", "t1"))
                        .flush();
            }
            system.awaitDrained();
            replay(system, system.deadLetters());
            system.awaitDrained();

            ConsumerRecord<byte[], byte[]> again = system.deadLetters().get(1);
            assertThat(TopicReader.header(again, "dead_letter_offset")).isEqualTo("1");
            for (Header header : again.headers()) {
                assertThat(again.headers().headers(header.key()))
                        .as(header.key())
                        .hasSize(1);
            }
        }
    }

    @Test
    void anEventOfOneOrganizationNamingAnAgentOfAnotherTouchesNeither() {
        TestUsage own = TestUsage.of("org_b", "ag_b");
        TestUsage foreign = TestUsage.of("org_a", "ag_b").withExternalUser("user");
        try (UsageSystem system = UsageSystem.create(2)) {
            system.open("org_a", "org_b");
            system.start();
            try (UsageProducer producer = system.producer()) {
                producer.send(own).flush();
                system.awaitDrained();
                producer.send(foreign).sendBinary(foreign).flush();
                system.awaitDrained();
            }

            assertThat(reasons(system)).containsExactly("wrong_organization", "wrong_organization");
            assertThat(system.balance("org_b")).isEqualByComparingTo(own.cost().negate());
            assertThat(system.entries("org_b")).isEqualTo(1);
            assertThat(system.entries("org_a")).isZero();
            assertThat(system.superuser()
                            .sql("SELECT count(*) FROM agent")
                            .query(Long.class)
                            .single())
                    .isEqualTo(1);
            assertThat(system.ledgerChanges())
                    .allSatisfy(change -> assertThat(new String(change.key(), StandardCharsets.UTF_8))
                            .isEqualTo("org_b"));
        }
    }
}
