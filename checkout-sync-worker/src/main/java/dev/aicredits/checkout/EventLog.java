package dev.aicredits.checkout;

import dev.aicredits.messaging.DeadLetterMessage;
import dev.aicredits.messaging.Publisher;
import dev.aicredits.stripe.StripeEvent;
import dev.aicredits.tracing.Traces;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Puts Stripe's events, as they came, and those that could not be used, into their topics, and waits until the broker
 * has them.
 *
 * <p>An event's key is the payment that it belongs to, where it says so, and else the object it is about: events about
 * one payment stay in one partition and are acted on one after another. The exception is a session before it is paid,
 * which has no payment yet. Nothing depends on it: it saves threads from waiting for one another's locks.
 */
class EventLog {

    private final Publisher publisher;
    private final Publisher letters;
    private final String topic;
    private final String deadLetterTopic;
    private final Traces traces;
    private final Clock clock;

    EventLog(Publisher publisher, Publisher letters, CheckoutSettings settings, Traces traces, Clock clock) {
        this.publisher = publisher;
        this.letters = letters;
        this.traces = traces;
        this.topic = settings.topic();
        this.deadLetterTopic = settings.deadLetterTopic();
        this.clock = clock;
    }

    /**
     * Stores an event.
     *
     * @throws org.springframework.kafka.KafkaException if the broker has not acknowledged it in time; it may have it all the same
     */
    void append(StripeEvent event, byte[] json) {
        String payment = event.paymentIntentId();
        String object = event.objectId() == null ? event.id() : event.objectId();
        append(payment == null ? object : payment, json);
    }

    /** As {@link #append(StripeEvent, byte[])}, of what is no event that can be read: who takes it from the topic dead-letters it. */
    void appendUnreadable(String id, byte[] json) {
        append(id, json);
    }

    private void append(String key, byte[] json) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, null, key.getBytes(StandardCharsets.UTF_8), json);
        traces.carry(record);
        publisher.publish(record);
    }

    /** As {@link #append(StripeEvent, byte[])}, for an event that can't be used. */
    void deadLetter(ConsumerRecord<byte[], byte[]> original, EventOutcome.Dead dead) {
        letters.publish(DeadLetterMessage.of(
                deadLetterTopic, original, dead.reason().wireName(), dead.detail(), clock.instant()));
    }
}
