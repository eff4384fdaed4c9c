package dev.aicredits.enforcer;

import dev.aicredits.messaging.DeadLetterMessage;
import dev.aicredits.messaging.Publisher;
import dev.aicredits.messaging.UnusableMessageException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Where records of one topic go that can't be used. */
final class DeadLetters {

    private final Publisher publisher;
    private final String topic;
    private final EnforcerMetrics metrics;
    private final Clock clock;

    DeadLetters(Publisher publisher, String topic, EnforcerMetrics metrics, Clock clock) {
        this.publisher = publisher;
        this.topic = topic;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Lets {@code read} read each record; those that it finds unusable are dead letters once this returns. */
    void readAll(List<ConsumerRecord<byte[], byte[]>> records, Consumer<ConsumerRecord<byte[], byte[]>> read) {
        List<ProducerRecord<byte[], byte[]>> unusable = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                read.accept(record);
            } catch (UnusableMessageException e) {
                unusable.add(letter(record, DeadLetterReason.MALFORMED, e.getMessage()));
            }
        }
        publisher.publish(unusable);
    }

    /** Sends one record there and waits until the broker has it. */
    void send(ConsumerRecord<byte[], byte[]> record, DeadLetterReason reason) {
        publisher.publish(letter(record, reason, null));
    }

    private ProducerRecord<byte[], byte[]> letter(
            ConsumerRecord<byte[], byte[]> record, DeadLetterReason reason, @Nullable String detail) {
        metrics.deadLettered(reason);
        return DeadLetterMessage.of(topic, record, reason.wireName(), detail, clock.instant());
    }
}
