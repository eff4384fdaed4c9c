package dev.aicredits.consumer.chaos;

import dev.aicredits.testkit.DisposableBroker;
import dev.aicredits.testkit.TopicReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** One test's topics and consumer group, which are looked at over and over, so by one connection for all of it. */
record ChaosTopics(
        ChaosSystem system, String usage, String deadLetters, String ledgerChanges, int partitions, String group) {

    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    static ChaosTopics create(ChaosSystem system, int partitions) {
        DisposableBroker broker = system.broker();
        return new ChaosTopics(
                system,
                broker.createTopic("usage", partitions, Map.of()),
                broker.createTopic("usage-dlt", 1, Map.of()),
                broker.createTopic("ledger", partitions, Map.of()),
                partitions,
                "chaos-" + UUID.randomUUID());
    }

    /** Records of the usage topic whose offsets are not committed. */
    long lag() {
        Map<TopicPartition, OffsetAndMetadata> committed = offsets();
        return ends().entrySet().stream()
                .mapToLong(end -> end.getValue()
                        - Optional.ofNullable(committed.get(end.getKey()))
                                .map(OffsetAndMetadata::offset)
                                .orElse(0L))
                .sum();
    }

    /** How many offsets of the usage topic are committed. */
    long committed() {
        return offsets().values().stream().mapToLong(OffsetAndMetadata::offset).sum();
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets() {
        return get(admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    }

    private Admin admin() {
        return system.admin();
    }

    /** The number of partitions that each member of the group has, by the member's client id. */
    Map<String, Integer> members() {
        Map<String, Integer> members = new TreeMap<>();
        // The group is there from its first member on.
        if (get(admin().listGroups().all()).stream()
                .anyMatch(listed -> listed.groupId().equals(group))) {
            Map<String, ConsumerGroupDescription> described =
                    get(admin().describeConsumerGroups(Set.of(group)).all());
            described.values().stream()
                    .flatMap(description -> description.members().stream())
                    .forEach(member -> members.merge(
                            member.clientId(),
                            member.assignment().topicPartitions().size(),
                            Integer::sum));
        }
        return members;
    }

    /** How many partitions the worker called {@code name} has. */
    int partitionsOf(String name) {
        return members().entrySet().stream()
                .filter(member -> member.getKey().startsWith(name + "-"))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** How many consumer threads of the worker called {@code name} are in the group. */
    long consumersOf(String name) {
        return members().keySet().stream()
                .filter(clientId -> clientId.startsWith(name + "-"))
                .count();
    }

    /** Every ledger change that was published. */
    List<ConsumerRecord<byte[], byte[]>> changes() {
        return TopicReader.read(system.broker().bootstrapServers(), ledgerChanges);
    }

    /** Every record that was dead-lettered. */
    List<ConsumerRecord<byte[], byte[]>> refused() {
        return TopicReader.read(system.broker().bootstrapServers(), deadLetters);
    }

    private Map<TopicPartition, Long> ends() {
        Map<TopicPartition, OffsetSpec> latest = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(usage, partition))
                .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
        return get(admin().listOffsets(latest).all()).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, end -> end.getValue().offset()));
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get(ANSWER_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the broker does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
