package dev.aicredits.messaging;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;

/**
 * What becomes of offsets that are committed without waiting. One that failed is counted and said; the partition's next commit
 * covers it. Where there may be none, because the partition goes to another consumer or a rebalance was what refused it, it is
 * committed again: in time, else what is read again is known already.
 */
final class OffsetCommits implements OffsetCommitCallback, ConsumerAwareRebalanceListener {

    private static final Logger log = LoggerFactory.getLogger(OffsetCommits.class);

    /** A group waits for whoever gives partitions up. */
    private static final Duration SETTLE_MAX = Duration.ofSeconds(2);

    private final ConsumerSettings settings;
    private final Counter failures;
    private final Map<TopicPartition, OffsetAndMetadata> failed = new ConcurrentHashMap<>();

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
        if (failure == null) {
            // An older commit may succeed after a newer one failed.
            offsets.forEach((partition, offset) -> failed.computeIfPresent(
                    partition, (same, behind) -> behind.offset() > offset.offset() ? behind : null));
            return;
        }
        offsets.forEach((partition, offset) -> failed.merge(partition, offset, OffsetCommits::later));
        say(failure);
    }

    @Override
    public void onPartitionsRevokedAfterCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        tell("given up", partitions);
        try {
            // Waits for what is on its way, and so knows what failed.
            consumer.commitSync(Map.of(), SETTLE_MAX);
            Map<TopicPartition, OffsetAndMetadata> offsets = failedOf(partitions);
            if (!offsets.isEmpty()) {
                consumer.commitSync(offsets, SETTLE_MAX);
            }
        } catch (KafkaException e) {
            say(e);
        }
        failed.keySet().removeAll(partitions);
    }

    @Override
    public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        tell("lost", partitions);
        failed.keySet().removeAll(partitions);
    }

    /** The end of a rebalance, whether it brought partitions or not. */
    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> added) {
        tell("assigned", added);
        failed.keySet().removeAll(added);
        Map<TopicPartition, OffsetAndMetadata> offsets = failedOf(consumer.assignment());
        if (!offsets.isEmpty()) {
            consumer.commitAsync(offsets, this);
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> failedOf(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>(failed);
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
                .log("offsets could not be committed; the next commit covers them");
    }
}
