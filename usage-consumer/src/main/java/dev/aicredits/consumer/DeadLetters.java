package dev.aicredits.consumer;

import dev.aicredits.consumer.UsageIntake.DeadLetter;
import dev.aicredits.messaging.DeadLetterMessage;
import dev.aicredits.messaging.Publisher;
import java.time.Clock;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

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
                        original(deadLetter.record()),
                        deadLetter.reason().wireName(),
                        deadLetter.detail(),
                        clock.instant()))
                .toList());
    }

    private static ConsumerRecord<byte[], byte[]> original(ConsumerRecord<byte[], ReadUsage> record) {
        return new ConsumerRecord<>(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.timestampType(),
                record.serializedKeySize(),
                record.serializedValueSize(),
                record.key(),
                record.value() == null ? null : record.value().toBytes(),
                record.headers(),
                record.leaderEpoch());
    }
}
