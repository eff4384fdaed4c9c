package dev.aicredits.messaging;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;

/**
 * What becomes of offsets that are committed without waiting. One that failed is counted and said, and committed again: at once a
 * few times, after the rebalance that refused it, and before its partition goes to another consumer. Where nothing more comes no next
 * commit would cover it. In time, else what is read again is known already.
 *
 * <p>Consumers may share it, each in its own thread.
 */
final class OffsetCommits implements OffsetCommitCallback, ConsumerAwareRebalanceListener {

    private static final Logger log = LoggerFactory.getLogger(OffsetCommits.class);

    /** A group waits for whoever gives partitions up. */
    private static final Duration SETTLE_MAX = Duration.ofSeconds(2);

    /**
     * Of a partition. One that fails is answered in a later poll: some seconds, where the broker is busy, and no end of a process is
     * held up for long.
     */
    private static final int FAILURES_IN_A_ROW_MAX = 20;

    private final ConsumerSettings settings;
    private final Counter failures;
    private final Map<TopicPartition, Consumer<?, ?>> consumers = new ConcurrentHashMap<>();

    /** The furthest offset of each partition that a commit was answered for, whatever the answer. */
    private final Map<TopicPartition, OffsetAndMetadata> furthest = new ConcurrentHashMap<>();

    /** Where the group does not have the furthest: its commit failed, or an earlier one came after it. */
    private final Set<TopicPartition> open = ConcurrentHashMap.newKeySet();

    private final Map<TopicPartition, Integer> failuresInARow = new ConcurrentHashMap<>();

    OffsetCommits(ConsumerSettings settings, MeterRegistry registry) {
        this.settings = settings;
        this.failures = Counter.builder("aicredits.topic.commit.failures")
                .description("Commits of offsets that failed")
                .tag("topic", settings.topic())
                .tag("group", settings.groupId())
                .register(registry);
    }

    @Override
    public void onComplete(Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable Exception failure) {
        offsets.forEach((partition, offset) -> {
            OffsetAndMetadata last = furthest.merge(partition, offset, OffsetCommits::later);
            if (failure == null && last.offset() == offset.offset()) {
                open.remove(partition);
            } else {
                open.add(partition);
            }
        });
        if (failure == null) {
            failuresInARow.keySet().removeAll(offsets.keySet());
            commitAgain(offsets.keySet());
            return;
        }
        say(failure);
        if (failure instanceof RetriableCommitFailedException || failure instanceof RebalanceInProgressException) {
            commitAgain(offsets.keySet().stream()
                    .filter(partition -> failuresInARow.merge(partition, 1, Integer::sum) <= FAILURES_IN_A_ROW_MAX)
                    .toList());
        }
    }

    /** All are one consumer's, whose thread this is. */
    private void commitAgain(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = openOf(partitions);
        offsets.keySet().retainAll(consumers.keySet());
        offsets.keySet().stream()
                .findAny()
                .map(consumers::get)
                .ifPresent(consumer -> consumer.commitAsync(offsets, this));
    }

    @Override
    public void onPartitionsRevokedAfterCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        tell("given up", partitions);
        try {
            // Waits for what is on its way, and so knows what failed.
            consumer.commitSync(Map.of(), SETTLE_MAX);
            Map<TopicPartition, OffsetAndMetadata> offsets = openOf(partitions);
            if (!offsets.isEmpty()) {
                consumer.commitSync(offsets, SETTLE_MAX);
            }
        } catch (KafkaException e) {
            say(e);
        }
        forget(partitions);
    }

    @Override
    public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        tell("lost", partitions);
        forget(partitions);
    }

    /** The end of a rebalance, whether it brought partitions or not. */
    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> added) {
        tell("assigned", added);
        forget(added);
        added.forEach(partition -> consumers.put(partition, consumer));
        failuresInARow.keySet().removeAll(consumer.assignment());
        Map<TopicPartition, OffsetAndMetadata> offsets = openOf(consumer.assignment());
        if (!offsets.isEmpty()) {
            consumer.commitAsync(offsets, this);
        }
    }

    private void forget(Collection<TopicPartition> partitions) {
        consumers.keySet().removeAll(partitions);
        furthest.keySet().removeAll(partitions);
        open.removeAll(partitions);
        failuresInARow.keySet().removeAll(partitions);
    }

    private Map<TopicPartition, OffsetAndMetadata> openOf(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>(furthest);
        offsets.keySet().retainAll(open);
        offsets.keySet().retainAll(partitions);
        return offsets;
    }

    private static OffsetAndMetadata later(OffsetAndMetadata one, OffsetAndMetadata other) {
        return one.offset() > other.offset() ? one : other;
    }

    private void tell(String what, Collection<TopicPartition> partitions) {
        if (!partitions.isEmpty()) {
            log.atInfo()
                    .addKeyValue("group", settings.groupId())
                    .addKeyValue("partitions", partitions)
                    .log("partitions were {}", what);
        }
    }

    private void say(Exception failure) {
        failures.increment();
        log.atWarn()
                .addKeyValue("topic", settings.topic())
                .addKeyValue("group", settings.groupId())
                .addKeyValue("cause", failure.getClass().getSimpleName())
                .log("offsets could not be committed; they will be, later");
    }
}
