package dev.aicredits.messaging;

import dev.aicredits.messaging.TopicState.Group;
import dev.aicredits.messaging.TopicState.Lag;
import dev.aicredits.messaging.TopicState.Partition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.springframework.kafka.KafkaException;

/** Asks the broker how topics and their consumer groups stand. */
public final class TopicStates {

    /** More groups than these, by name, are left out: each costs the broker a look. */
    static final int GROUPS_MAX = 500;

    private final Admin admin;
    private final Supplier<TopicReads> reads;
    private final Duration timeout;

    /**
     * @param reads opens what looks up when a record was produced
     * @param timeout how long the broker may take, for each of the few questions
     */
    public TopicStates(Admin admin, Supplier<TopicReads> reads, Duration timeout) {
        this.admin = admin;
        this.reads = reads;
        this.timeout = timeout;
    }

    /**
     * How these topics stand, in that order. Not a snapshot: offsets move while they are asked for, and a group that is
     * ahead of what was seen as the end has no lag.
     *
     * @throws KafkaException if the broker does not answer in time
     */
    public List<TopicState> read(List<String> topics) {
        Map<String, List<TopicPartition>> partitions = partitions(topics);
        List<TopicPartition> all =
                partitions.values().stream().flatMap(List::stream).toList();
        // Groups first: one that moves on meanwhile must not look as if it had read beyond the end.
        Map<String, ConsumerGroupDescription> groups = groups();
        Map<String, Map<TopicPartition, OffsetAndMetadata>> committed = committed(groups.keySet(), all);
        Map<TopicPartition, Long> starts = offsets(all, OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = offsets(all, OffsetSpec.latest());
        List<TopicState> states = new ArrayList<>();
        for (String topic : topics) {
            List<TopicPartition> own = partitions.getOrDefault(topic, List.of());
            List<Group> of = new ArrayList<>();
            groups.forEach((id, group) -> {
                Map<TopicPartition, OffsetAndMetadata> done = committed.getOrDefault(id, Map.of());
                if (own.stream().anyMatch(partition -> done.get(partition) != null) || isRead(group, topic)) {
                    of.add(group(group, own, done, starts, ends));
                }
            });
            states.add(new TopicState(
                    topic,
                    own.stream()
                            .map(partition -> new Partition(
                                    partition.partition(),
                                    starts.getOrDefault(partition, 0L),
                                    ends.getOrDefault(partition, 0L)))
                            .toList(),
                    List.copyOf(of)));
        }
        return List.copyOf(states);
    }

    /** The partitions of each topic that the broker has. */
    public Map<String, List<TopicPartition>> partitions(Collection<String> topics) {
        Map<String, List<TopicPartition>> found = new LinkedHashMap<>();
        Map<String, KafkaFuture<TopicDescription>> asked =
                admin.describeTopics(topics).topicNameValues();
        for (String topic : topics) {
            try {
                TopicDescription description = get(Objects.requireNonNull(asked.get(topic)));
                found.put(
                        topic,
                        description.partitions().stream()
                                .map(partition -> new TopicPartition(topic, partition.partition()))
                                .toList());
            } catch (KafkaException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return found;
    }

    private Map<String, ConsumerGroupDescription> groups() {
        List<String> ids = get(
                        admin.listGroups(ListGroupsOptions.forConsumerGroups()).all())
                .stream()
                .map(GroupListing::groupId)
                .sorted()
                .limit(GROUPS_MAX)
                .toList();
        Map<String, ConsumerGroupDescription> groups = new TreeMap<>();
        if (!ids.isEmpty()) {
            groups.putAll(get(admin.describeConsumerGroups(ids).all()));
        }
        return groups;
    }

    private Map<String, Map<TopicPartition, OffsetAndMetadata>> committed(
            Collection<String> groups, List<TopicPartition> partitions) {
        if (groups.isEmpty() || partitions.isEmpty()) {
            return Map.of();
        }
        Map<String, ListConsumerGroupOffsetsSpec> specs = new HashMap<>();
        groups.forEach(id -> specs.put(id, new ListConsumerGroupOffsetsSpec().topicPartitions(partitions)));
        return get(admin.listConsumerGroupOffsets(specs).all());
    }

    private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec which) {
        if (partitions.isEmpty()) {
            return Map.of();
        }
        Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
        partitions.forEach(partition -> specs.put(partition, which));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        Map<TopicPartition, ListOffsetsResultInfo> found =
                get(admin.listOffsets(specs, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all());
        found.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    private static boolean isRead(ConsumerGroupDescription group, String topic) {
        return group.members().stream()
                .flatMap(member -> member.assignment().topicPartitions().stream())
                .anyMatch(partition -> partition.topic().equals(topic));
    }

    private Group group(
            ConsumerGroupDescription group,
            List<TopicPartition> partitions,
            Map<TopicPartition, OffsetAndMetadata> committed,
            Map<TopicPartition, Long> starts,
            Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> waiting = new HashMap<>();
        for (TopicPartition partition : partitions) {
            long next = next(partition, committed, starts);
            if (next < ends.getOrDefault(partition, 0L)) {
                waiting.put(partition, next);
            }
        }
        Map<TopicPartition, Instant> since = times(waiting);
        List<Lag> lags = partitions.stream()
                .map(partition -> {
                    OffsetAndMetadata done = committed.get(partition);
                    long behind = ends.getOrDefault(partition, 0L)
                            - waiting.getOrDefault(partition, ends.getOrDefault(partition, 0L));
                    return new Lag(
                            partition.partition(), done == null ? null : done.offset(), behind, since.get(partition));
                })
                .toList();
        return new Group(
                group.groupId(), group.groupState().toString(), group.members().size(), lags);
    }

    private static long next(
            TopicPartition partition,
            Map<TopicPartition, OffsetAndMetadata> committed,
            Map<TopicPartition, Long> starts) {
        OffsetAndMetadata done = committed.get(partition);
        long start = starts.getOrDefault(partition, 0L);
        return done == null ? start : Math.max(start, done.offset());
    }

    private Map<TopicPartition, Instant> times(Map<TopicPartition, Long> offsets) {
        if (offsets.isEmpty()) {
            return Map.of();
        }
        try (TopicReads read = reads.get()) {
            return read.timesAt(offsets, System.nanoTime() + timeout.toNanos());
        }
    }

    private <T> T get(KafkaFuture<T> asked) {
        try {
            return asked.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new KafkaException("the broker refused a question", e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("the broker did not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while asking the broker", e);
        }
    }
}
