package dev.aicredits.messaging;

import java.time.Duration;

/** Settings of a consumer that waits hardly at all. */
record TestConsumer(
        String topic,
        String groupId,
        String groupProtocol,
        int concurrency,
        int pollRecordsMax,
        Duration pollIntervalMax,
        Duration backOffInitial,
        Duration backOffMax,
        Duration shutdownTimeout)
        implements ConsumerSettings {

    static TestConsumer of(String topic) {
        return of(topic, "classic");
    }

    static TestConsumer of(String topic, String groupProtocol) {
        return new TestConsumer(
                topic,
                topic + "-group",
                groupProtocol,
                1,
                100,
                Duration.ofMinutes(5),
                Duration.ofMillis(1),
                Duration.ofMillis(2),
                Duration.ofSeconds(10));
    }
}
