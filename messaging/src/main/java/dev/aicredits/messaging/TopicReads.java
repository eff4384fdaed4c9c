package dev.aicredits.messaging;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

/**
 * Looks into topics without a consumer group: commits nothing, and takes nothing from whoever reads them. For one thread.
 *
 * <p>Everything here throws Kafka's own exceptions if the broker does not answer in time.
 */
public final class TopicReads implements AutoCloseable {

    private static final int FETCH_BYTES_MAX = 4 * 1024 * 1024;
    private static final int PARTITION_FETCH_BYTES_MAX = 1024 * 1024;
    /** A fetch that waits for more of one partition would hold up that of the next. */
    private static final int FETCH_WAIT_MS_MAX = 5;

    private static final Duration POLL = Duration.ofMillis(100);

    /** Where a look at a partition ended. */
    public enum End {
        /** Nothing is left before the offset that was named as the end. */
        REACHED,
        /** Who looked had enough. */
        STOPPED,
        /** The time was over. */
        TIMED_OUT
    }

    private final KafkaConsumer<byte[], byte[]> consumer;

    private TopicReads(KafkaConsumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /**
     * Opens one; the caller closes it.
     *
     * @param timeout how long the broker may take for an answer
     */
    public static TopicReads open(KafkaProperties kafka, Duration timeout) {
        Map<String, Object> config = new HashMap<>(kafka.buildConsumerProperties());
        int timeoutMs = Math.toIntExact(timeout.toMillis());
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        config.remove(ConsumerConfig.CLIENT_ID_CONFIG);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // What is no longer kept when it is asked for was not there to be looked at.
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES_MAX);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, PARTITION_FETCH_BYTES_MAX);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS_MAX);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs);
        config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs);
        return new TopicReads(new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    /** The first offset that each partition still has. */
    public Map<TopicPartition, Long> beginnings(Collection<TopicPartition> partitions) {
        consumer.assign(partitions);
        return consumer.beginningOffsets(partitions);
    }

    /** The offset behind the last record of each partition. */
    public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        // Of those that it does not have, it warns that it can't keep what it learns about them.
        consumer.assign(partitions);
        return consumer.endOffsets(partitions);
    }

    /** The first offset of each partition whose record is of that time or later; of one that has none, its end. */
    public Map<TopicPartition, Long> since(Collection<TopicPartition> partitions, Instant time) {
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, time.toEpochMilli()));
        Map<TopicPartition, Long> offsets = new HashMap<>(ends(partitions));
        for (Map.Entry<TopicPartition, OffsetAndTimestamp> found :
                consumer.offsetsForTimes(times).entrySet()) {
            if (found.getValue() != null) {
                offsets.put(found.getKey(), found.getValue().offset());
            }
        }
        return offsets;
    }

    /**
     * Shows the records of a partition from one offset to before another, in order.
     *
     * @param look false when it has seen enough; the record it said so to is the last
     * @param deadlineNanos when to give up, by {@link System#nanoTime}
     */
    public End read(
            TopicPartition partition,
            long from,
            long end,
            Predicate<ConsumerRecord<byte[], byte[]>> look,
            long deadlineNanos) {
        consumer.assign(Set.of(partition));
        consumer.seek(partition, from);
        while (consumer.position(partition) < end) {
            if (System.nanoTime() - deadlineNanos > 0) {
                return End.TIMED_OUT;
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
                if (record.offset() >= end) {
                    return End.REACHED;
                }
                if (!look.test(record)) {
                    return End.STOPPED;
                }
            }
        }
        return End.REACHED;
    }

    /**
     * When the first record of each partition at or behind an offset was produced; a partition that has shown none when the
     * time is over is not among them.
     */
    Map<TopicPartition, Instant> timesAt(Map<TopicPartition, Long> offsets, long deadlineNanos) {
        Map<TopicPartition, Instant> times = new HashMap<>();
        Set<TopicPartition> left = new HashSet<>(offsets.keySet());
        consumer.assign(left);
        offsets.forEach(consumer::seek);
        while (!left.isEmpty() && System.nanoTime() - deadlineNanos < 0) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                if (left.remove(partition)) {
                    times.put(partition, Instant.ofEpochMilli(record.timestamp()));
                    consumer.pause(Set.of(Objects.requireNonNull(partition)));
                }
            }
        }
        return times;
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
