package dev.aicredits.checkout;

import dev.aicredits.stripe.StripeEvent;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaTemplate;

/**
 * Puts Stripe's events, as they came, and those that could not be used, into their topics, and waits until the broker
 * has them.
 *
 * <p>An event's key is the payment that it belongs to, where it says so, and else the object it is about: events about
 * one payment stay in one partition and are acted on one after another. The exception is a session before it is paid,
 * which has no payment yet. Nothing depends on it: it saves threads from waiting for one another's locks.
 */
class EventLog {

    /** What our headers on a dead letter begin with. */
    private static final String HEADER_PREFIX = "dead_letter_";

    private final KafkaTemplate<byte[], byte[]> kafka;
    private final String topic;
    private final String deadLetterTopic;
    private final Duration timeout;
    private final Clock clock;

    EventLog(KafkaTemplate<byte[], byte[]> kafka, CheckoutSettings settings, Clock clock) {
        this.kafka = kafka;
        this.topic = settings.topic();
        this.deadLetterTopic = settings.deadLetterTopic();
        this.timeout = settings.sendTimeout();
        this.clock = clock;
    }

    /**
     * Stores an event that is about an object.
     *
     * @throws KafkaException if the broker has not acknowledged it in time; it may have it all the same
     */
    void append(StripeEvent event, byte[] json) {
        String payment = event.paymentIntentId();
        String key = payment == null ? Objects.requireNonNull(event.objectId()) : payment;
        send(new ProducerRecord<>(topic, null, bytes(key), json));
    }

    /** As {@link #append}, for an event that can't be used: original bytes, key and headers, and why it is here. */
    void deadLetter(ConsumerRecord<byte[], byte[]> original, DeadLetterReason reason) {
        RecordHeaders headers = new RecordHeaders();
        for (Header header : original.headers()) {
            if (!header.key().startsWith(HEADER_PREFIX)) {
                headers.add(header);
            }
        }
        add(headers, "reason", reason.wireName());
        add(headers, "topic", original.topic());
        add(headers, "partition", Integer.toString(original.partition()));
        add(headers, "offset", Long.toString(original.offset()));
        add(headers, "at", clock.instant().toString());
        send(new ProducerRecord<>(deadLetterTopic, null, original.key(), original.value(), headers));
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        try {
            kafka.send(record).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while sending", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("the broker did not take an event", e);
        }
    }

    private static void add(RecordHeaders headers, String name, String value) {
        headers.add(HEADER_PREFIX + name, bytes(value));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
