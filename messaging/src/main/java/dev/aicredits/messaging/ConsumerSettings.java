package dev.aicredits.messaging;

import java.time.Duration;

/** What a worker's settings say of how it reads a topic; its settings record is one of these. */
public interface ConsumerSettings {

    /** What is read. */
    String topic();

    /** The consumer group. */
    String groupId();

    /** Kafka's group protocol: {@code classic}, or {@code consumer} (KIP-848, brokers from 4.0). */
    String groupProtocol();

    /** Consumer threads of this process; more than the topic's partitions are idle. */
    int concurrency();

    /** The most records of one poll. */
    int pollRecordsMax();

    /** How long what a poll brought may take before the group gives its partitions to another. */
    Duration pollIntervalMax();

    /** The wait before what failed is tried again. */
    Duration backOffInitial();

    /** What that wait, doubled each time, grows to; there is no last try. */
    Duration backOffMax();

    /** How long a stop waits for what is under way. */
    Duration shutdownTimeout();

    /**
     * Whether the longest wait between two tries, and then {@code sends}, end before the group gives the partitions to
     * another: what does not would leave the group for ever.
     *
     * @param sends the longest that what a try sends may take
     */
    default boolean keepsItsPlaceWaiting(Duration sends) {
        return backOffInitial().compareTo(backOffMax()) <= 0
                && backOffMax().plus(sends).compareTo(pollIntervalMax()) < 0;
    }
}
