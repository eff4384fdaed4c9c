package dev.aicredits.messaging;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A topic as the broker has it at a moment, and how far each consumer group has come.
 *
 * @param partitions none if the broker does not have the topic
 * @param groups those that have committed an offset of it or have a member that reads it
 */
public record TopicState(String topic, List<Partition> partitions, List<Group> groups) {

    /** The offsets that a partition has: from {@code startOffset} to before {@code endOffset}. */
    public record Partition(int partition, long startOffset, long endOffset) {}

    /**
     * A consumer group of the topic.
     *
     * @param state as Kafka calls it, such as {@code Stable} or {@code Empty}
     * @param members how many consumers it has, of whatever topic
     */
    public record Group(String groupId, String state, int members, List<Lag> lags) {

        /** How many records it has not acknowledged. */
        public long lagRecords() {
            return lags.stream().mapToLong(Lag::records).sum();
        }

        /** When the oldest record that it has not acknowledged was produced; empty if there is none. */
        public Optional<Instant> waitingSince() {
            return lags.stream().map(Lag::waitingSince).filter(Objects::nonNull).min(Instant::compareTo);
        }

        /** How long that record has waited; zero if there is none. */
        public Duration lag(Instant now) {
            Duration waited =
                    waitingSince().map(since -> Duration.between(since, now)).orElse(Duration.ZERO);
            return waited.isNegative() ? Duration.ZERO : waited;
        }
    }

    /**
     * How far a group is behind in one partition.
     *
     * @param committedOffset the first record that it has not acknowledged; null if it has acknowledged none yet
     * @param records from there, or else from the first that is kept, to the end. Markers of transactions count too
     * @param waitingSince when the first of those was produced; null if there is none, or it could not be read in time
     */
    public record Lag(
            int partition,
            @Nullable Long committedOffset,
            long records,
            @Nullable Instant waitingSince) {}
}
