package dev.aicredits.consumer;

import dev.aicredits.consumer.UsageIntake.DeadLetter;
import dev.aicredits.messaging.DeadLetterMessage;
import dev.aicredits.messaging.Publisher;
import java.time.Clock;
import java.util.List;

/** Publishes what a batch could not use, and waits until the broker has all of it. */
final class DeadLetters {

    private final Publisher publisher;
    private final String topic;
    private final Clock clock;

    DeadLetters(Publisher publisher, String topic, Clock clock) {
        this.publisher = publisher;
        this.topic = topic;
        this.clock = clock;
    }

    /**
     * Sends the dead letters. At least once: a repeated batch sends them again.
     *
     * @throws org.springframework.kafka.KafkaException if the broker has not acknowledged every one in time
     */
    void publish(List<DeadLetter> deadLetters) {
        publisher.publish(deadLetters.stream()
                .map(deadLetter -> DeadLetterMessage.of(
                        topic,
                        deadLetter.record(),
                        deadLetter.reason().wireName(),
                        deadLetter.detail(),
                        clock.instant()))
                .toList());
    }
}
