package dev.aicredits.checkout;

import dev.aicredits.messaging.Failures;
import dev.aicredits.stripe.StripeEvent;
import dev.aicredits.stripe.StripeEventJson;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.listener.MessageListener;

/**
 * Takes events from the topic, one by one: acts on each, dead-letters what can't be used, notes that it is done. Offsets
 * are committed after a poll's events; whatever fails before is repeated from that event on, and repeating is harmless.
 */
final class StripeEventListener implements MessageListener<byte[], byte[]> {

    private final EventActions actions;
    private final EventLog log;
    private final JdbcStripeEvents events;
    private final CheckoutMetrics metrics;

    StripeEventListener(EventActions actions, EventLog log, JdbcStripeEvents events, CheckoutMetrics metrics) {
        this.actions = actions;
        this.log = log;
        this.events = events;
        this.metrics = metrics;
    }

    @Override
    public void onMessage(ConsumerRecord<byte[], byte[]> record) {
        try {
            metrics.event(take(record), record.timestamp());
        } catch (RuntimeException e) {
            metrics.eventFailed();
            throw Failures.classified(e);
        }
    }

    private EventOutcome take(ConsumerRecord<byte[], byte[]> record) {
        Optional<StripeEvent> event = record.value() == null ? Optional.empty() : StripeEventJson.read(record.value());
        EventOutcome outcome = event.map(actions::actOn).orElse(new EventOutcome.Dead(DeadLetterReason.MALFORMED));
        if (outcome instanceof EventOutcome.Dead dead) {
            log.deadLetter(record, dead.reason());
            event.ifPresent(read -> events.record(read, JdbcStripeEvents.DEAD_LETTERED));
        } else if (outcome instanceof EventOutcome.Done done) {
            event.ifPresent(read -> events.record(read, done.result()));
        }
        return outcome;
    }
}
