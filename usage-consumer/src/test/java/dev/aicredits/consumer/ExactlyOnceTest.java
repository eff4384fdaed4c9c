package dev.aicredits.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class ExactlyOnceTest {

    private static final int EVENTS = 100_000;
    private static final int REPEATS = EVENTS / 10;
    private static final int PARTITIONS = 4;
    private static final int DAYS_BACK = 60;
    private static final BigDecimal NOTHING = BigDecimal.valueOf(0, 9);
    private static final List<String> ORGANIZATIONS = List.of("org_a", "org_b", "org_c", "org_d", "org_e");

    @Test
    void everyEventIsDebitedOnceHoweverOftenAndWhereverItIsRepeatedAndNothingChangesOnceTheGroupIsReset() {
        long seed = new Random().nextLong();
        List<TestUsage> events = events(new Random(seed));
        try (UsageSystem system = UsageSystem.create(PARTITIONS)) {
            system.open(ORGANIZATIONS.toArray(String[]::new));
            RunningConsumer consumer = system.start("aicredits.usage-consumer.poll-records-max=2000");
            produceWithRepeats(system, events, new Random(seed));

            system.awaitDrained();

            assertThat(system.records(system.topic())).isEqualTo(EVENTS + REPEATS);
            assertTotals(system, events, "seed " + seed);
            assertIdentity(consumer, EVENTS, REPEATS);
            consumer.close();

            Map<String, Object> before = fingerprint(system);
            resetToStart(system);
            RunningConsumer again = system.start();
            system.awaitDrained();

            assertThat(fingerprint(system)).isEqualTo(before);
            assertIdentity(again, 0, EVENTS + REPEATS);
            assertThat(system.deadLetters()).isEmpty();
        }
    }

    private static List<TestUsage> events(Random random) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        List<TestUsage> events = new ArrayList<>(EVENTS);
        for (int i = 0; i < EVENTS; i++) {
            String organization = ORGANIZATIONS.get(random.nextInt(ORGANIZATIONS.size()));
            int cached = random.nextInt(500);
            int cacheCreation = random.nextInt(500);
            events.add(new TestUsage(
                    random.nextBoolean() ? new UUID(random.nextLong(), random.nextLong()).toString() : "call-" + i,
                    organization,
                    "ag_" + organization + random.nextInt(4),
                    random.nextInt(3) == 0 ? null : "user-" + random.nextInt(50),
                    now.minus(random.nextInt(DAYS_BACK * 24), ChronoUnit.HOURS),
                    TestRates.MODEL,
                    cached + cacheCreation + random.nextInt(5_000),
                    cached,
                    cacheCreation,
                    1 + random.nextInt(2_000)));
        }
        return events;
    }

    /** Each tenth event comes once more: at once, much later, in another partition, or without a key. */
    private static void produceWithRepeats(UsageSystem system, List<TestUsage> events, Random random) {
        List<TestUsage> late = new ArrayList<>();
        try (UsageProducer producer = system.producer(Map.of("compression.type", "lz4"))) {
            for (int i = 0; i < events.size(); i++) {
                TestUsage event = events.get(i);
                producer.send(event);
                if (i % 10 == 0) {
                    switch (i / 10 % 4) {
                        case 0 -> producer.send(event);
                        case 1 -> producer.send(random.nextInt(PARTITIONS), event.key(), event);
                        case 2 -> producer.send(null, null, event);
                        default -> late.add(event);
                    }
                }
            }
            late.forEach(producer::send);
            producer.flush();
        }
    }

    private static void assertTotals(UsageSystem system, List<TestUsage> events, String seed) {
        Map<String, BigDecimal> balances = new HashMap<>();
        Map<String, Long> counts = new HashMap<>();
        Map<String, BigDecimal> spends = new HashMap<>();
        for (TestUsage event : events) {
            LocalDate day = event.time().atOffset(ZoneOffset.UTC).toLocalDate();
            String month = "|" + day.withDayOfMonth(1);
            balances.merge(event.organizationId(), event.cost().negate(), BigDecimal::add);
            counts.merge(event.organizationId(), 1L, Long::sum);
            spends.merge(event.agentId() + month, event.cost(), BigDecimal::add);
            spends.merge(event.agentId() + "/null" + month, NOTHING, BigDecimal::add);
            spends.merge(event.agentId() + "/" + event.externalUserId() + month, event.cost(), BigDecimal::add);
        }
        for (String organization : ORGANIZATIONS) {
            assertThat(system.balance(organization)).as(seed).isEqualByComparingTo(balances.get(organization));
            assertThat(system.entries(organization)).as(seed).isEqualTo(counts.get(organization));
        }
        assertThat(spends(system)).as(seed).containsExactlyInAnyOrderEntriesOf(spends);
        assertThat(system.audit().run()).as(seed).isEmpty();
    }

    private static Map<String, BigDecimal> spends(UsageSystem system) {
        JdbcClient jdbc = system.superuser();
        Map<String, BigDecimal> spends = new HashMap<>();
        jdbc.sql("SELECT agent_id, window_start, spent_nanos, anonymous_nanos FROM agent_spend_statement")
                .query(row -> {
                    String month = "|" + row.getString(2);
                    spends.put(row.getString(1) + month, BigDecimal.valueOf(row.getLong(3), 9));
                    spends.put(row.getString(1) + "/null" + month, BigDecimal.valueOf(row.getLong(4), 9));
                });
        jdbc.sql("SELECT agent_id, external_user_id, window_start, spent_nanos FROM external_user_spend_statement")
                .query(row -> {
                    String subject = row.getString(1) + "/" + row.getString(2) + "|" + row.getString(3);
                    spends.put(subject, BigDecimal.valueOf(row.getLong(4), 9));
                });
        return spends;
    }

    private static void assertIdentity(RunningConsumer consumer, long booked, long duplicates) {
        assertThat(consumer.count("aicredits.usage.events", "outcome", "booked"))
                .isEqualTo(booked);
        assertThat(consumer.count("aicredits.usage.events", "outcome", "duplicate"))
                .isEqualTo(duplicates);
        assertThat(consumer.count("aicredits.usage.events", "outcome", "dead_lettered"))
                .isZero();
        assertThat(consumer.count("aicredits.usage.consumed")).isEqualTo(booked + duplicates);
    }

    /** Every row there is, in a few figures. */
    private static Map<String, Object> fingerprint(UsageSystem system) {
        Map<String, Object> hashes = new HashMap<>();
        for (String table : List.of(
                "ledger_entry", "organization_balance", "agent_spend", "external_user_spend", "agent", "product")) {
            hashes.put(
                    table,
                    system.superuser()
                            .sql("SELECT sum(hashtextextended(t::text, 0)::numeric) FROM " + table + " t")
                            .query(BigDecimal.class)
                            .single());
        }
        return hashes;
    }

    private static void resetToStart(UsageSystem system) {
        Map<TopicPartition, OffsetAndMetadata> start = new HashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            start.put(new TopicPartition(system.topic(), partition), new OffsetAndMetadata(0));
        }
        UsageSystem.get(
                system.admin().alterConsumerGroupOffsets(system.group(), start).all());
    }
}
