package dev.aicredits.consumer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Polls so that a batch has what is there now, and not what was there when the batch before it began.
 *
 * <p>Kafka's consumer fetches ahead: as it hands out records, it asks for the next, and is answered at once with the few
 * that have come since. While a batch is booked these wait, and those that come after them wait for the batch after the
 * next. So where a poll had its records waiting, a second one brings what has come meanwhile, and both are one batch.
 *
 * <p>Not thread-safe; one belongs to one consumer.
 *
 * @param <V> the records' values
 */
final class FreshPoll<V> {

    /** A poll that took longer has waited for its records: they are fresh. */
    private static final Duration FETCHED_AHEAD_MAX = Duration.ofMillis(1);

    /** Room for an answer of the broker's; where nothing has come, it is waited for in vain. */
    private static final Duration SECOND_WAIT = Duration.ofMillis(5);

    private final Function<Duration, ConsumerRecords<byte[], V>> consumer;
    private final BooleanSupplier hasRoom;
    private final Supplier<Set<TopicPartition>> assignment;
    private final LongSupplier nanoTime;
    private @Nullable RuntimeException failure;

    /**
     * Polls one consumer.
     *
     * @param consumer polls once, for so long at the most
     * @param hasRoom whether the batch so far leaves room that is worth another poll
     * @param assignment the partitions that the consumer has now
     */
    FreshPoll(
            Function<Duration, ConsumerRecords<byte[], V>> consumer,
            BooleanSupplier hasRoom,
            Supplier<Set<TopicPartition>> assignment,
            LongSupplier nanoTime) {
        this.consumer = consumer;
        this.hasRoom = hasRoom;
        this.assignment = assignment;
        this.nanoTime = nanoTime;
    }

    /** The records that are there, after waiting for the first of them for {@code timeout} at the most. */
    ConsumerRecords<byte[], V> poll(Duration timeout) {
        if (failure != null) {
            RuntimeException earlier = failure;
            failure = null;
            throw earlier;
        }
        long start = nanoTime.getAsLong();
        ConsumerRecords<byte[], V> first = consumer.apply(timeout);
        boolean fetchedAhead = nanoTime.getAsLong() - start < FETCHED_AHEAD_MAX.toNanos();
        if (first.isEmpty() || !fetchedAhead || !hasRoom.getAsBoolean()) {
            return first;
        }
        ConsumerRecords<byte[], V> second = second();
        return both(first, second);
    }

    /** Never throws: the consumer has moved past the first records, and who polls has not seen them yet. */
    private ConsumerRecords<byte[], V> second() {
        try {
            return consumer.apply(SECOND_WAIT);
        } catch (RecordDeserializationException | WakeupException e) {
            // No room for another record, or a call to look up: the first records are that.
            return ConsumerRecords.empty();
        } catch (RuntimeException e) {
            failure = e;
            return ConsumerRecords.empty();
        }
    }

    /** The records of both, in order, without those of partitions that went to another consumer in between. */
    private ConsumerRecords<byte[], V> both(ConsumerRecords<byte[], V> first, ConsumerRecords<byte[], V> second) {
        Set<TopicPartition> assigned = assignment.get();
        if (second.isEmpty() && assigned.containsAll(first.partitions())) {
            return first;
        }
        Map<TopicPartition, List<ConsumerRecord<byte[], V>>> records = new LinkedHashMap<>();
        Map<TopicPartition, OffsetAndMetadata> nextOffsets = new HashMap<>();
        for (ConsumerRecords<byte[], V> part : List.of(first, second)) {
            for (TopicPartition partition : part.partitions()) {
                if (assigned.contains(partition)) {
                    records.computeIfAbsent(partition, none -> new ArrayList<>())
                            .addAll(part.records(partition));
                }
            }
            nextOffsets.putAll(part.nextOffsets());
        }
        nextOffsets.keySet().retainAll(assigned);
        return new ConsumerRecords<>(records, nextOffsets);
    }
}
