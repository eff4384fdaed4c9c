package dev.aicredits.drill;

import dev.aicredits.usage.UsageEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the usage topic should have cost, summed from its records by nothing of ours: each id once, at the public prices of
 * the one model that drills use.
 */
final class Tally {

    /** Of gpt-4o-mini, in nano-USD a token: 0.15, 0.075 and 0.60 USD a million. */
    private static final long INPUT_NANOS = 150;

    private static final long CACHED_NANOS = 75;
    private static final long OUTPUT_NANOS = 600;

    private static final Duration POLL = Duration.ofMillis(500);
    private static final JsonMapper JSON = new JsonMapper();

    /** Events and their cost. */
    record Sum(long events, long nanos) {

        Sum plus(long moreNanos) {
            return new Sum(events + 1, Math.addExact(nanos, moreNanos));
        }
    }

    private final Set<UUID> ids = new HashSet<>();
    private final Map<String, Sum> byOrganization = new TreeMap<>();
    private final Map<String, Sum> byAgent = new HashMap<>();

    private Tally() {}

    /** Reads all that the topic has by now. */
    static Tally of(String bootstrapServers) {
        Tally tally = new Tally();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "enable.auto.commit", false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(UsageEvent.TOPIC).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    tally.add(record.value());
                }
            }
        }
        return tally;
    }

    private void add(byte[] event) {
        JsonNode json = JSON.readTree(event);
        if (!ids.add(UUID.fromString(json.path("id").asString()))) {
            return;
        }
        JsonNode data = json.path("data");
        long cached = data.path("cachedInputTokens").asLong();
        long nanos = (data.path("inputTokens").asLong() - cached) * INPUT_NANOS
                + cached * CACHED_NANOS
                + data.path("outputTokens").asLong() * OUTPUT_NANOS;
        byOrganization.merge(data.path("organizationId").asString(), new Sum(1, nanos), (a, b) -> a.plus(nanos));
        byAgent.merge(data.path("agentId").asString(), new Sum(1, nanos), (a, b) -> a.plus(nanos));
    }

    long events() {
        return ids.size();
    }

    boolean hasAll(Set<UUID> some) {
        return ids.containsAll(some);
    }

    /** What an agent used in all. */
    long nanosOfAgent(String agentId) {
        return byAgent.getOrDefault(agentId, new Sum(0, 0)).nanos();
    }

    /** Whether each organization's usage entries are as many, and cost together as much, as its events. */
    boolean equalsLedger(DataSource ledger) {
        return byOrganization.equals(ofLedger(ledger));
    }

    private record OfOrganization(String organizationId, long events, long nanos) {}

    private static Map<String, Sum> ofLedger(DataSource ledger) {
        Map<String, Sum> sums = new TreeMap<>();
        JdbcClient.create(ledger)
                .sql("""
                        SELECT o.public_id AS organization_id, count(*) AS events, -sum(e.amount_nanos)::bigint AS nanos
                          FROM ledger_entry e JOIN organization o USING (organization_id)
                         WHERE e.entry_kind = 1 GROUP BY o.public_id
                        """)
                .query(OfOrganization.class)
                .list()
                .forEach(row -> sums.put(row.organizationId(), new Sum(row.events(), row.nanos())));
        return sums;
    }
}
