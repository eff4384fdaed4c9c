package dev.aicredits.checkout;

import dev.aicredits.messaging.BrokenInvariantException;
import dev.aicredits.messaging.Failures;
import dev.aicredits.stripe.StripeEvent;
import dev.aicredits.stripe.StripeEventJson;
import dev.aicredits.tracing.BatchTrace;
import dev.aicredits.tracing.Traces;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.listener.BatchMessageListener;

/**
 * Takes events from the topic: acts on each, dead-letters what can't be used, notes that it is done. Those of a poll are
 * acted on at the same time, for most of an event's time is Stripe's, and no order among them matters. Only when all
 * are done may their offsets be committed; if one fails the poll is repeated, and what was done is known and harmless.
 */
final class StripeEventListener implements BatchMessageListener<byte[], byte[]> {

    private final EventActions actions;
    private final EventLog log;
    private final JdbcStripeEvents events;
    private final CheckoutMetrics metrics;
    private final Traces traces;
    private final Executor threads;

    StripeEventListener(
            EventActions actions,
            EventLog log,
            JdbcStripeEvents events,
            CheckoutMetrics metrics,
            Traces traces,
            Executor threads) {
        this.actions = actions;
        this.log = log;
        this.events = events;
        this.metrics = metrics;
        this.traces = traces;
        this.threads = threads;
    }

    @Override
    public void onMessage(List<ConsumerRecord<byte[], byte[]>> records) {
        List<RuntimeException> failures =
                records.size() == 1 ? act(records.get(0)).stream().toList() : actAtOnce(records);
        // One that will not pass stops the consumer, whatever the others wait for.
        Optional<RuntimeException> worst = failures.stream()
                .filter(BrokenInvariantException.class::isInstance)
                .findFirst()
                .or(() -> failures.stream().findFirst());
        if (worst.isPresent()) {
            throw worst.get();
        }
    }

    private List<RuntimeException> actAtOnce(List<ConsumerRecord<byte[], byte[]>> records) {
        List<CompletableFuture<Optional<RuntimeException>>> acting = records.stream()
                .map(record -> CompletableFuture.supplyAsync(() -> act(record), threads))
                .toList();
        try {
            return acting.stream()
                    .map(CompletableFuture::join)
                    .flatMap(Optional::stream)
                    .toList();
        } catch (CompletionException e) {
            // act() lets nothing through but an Error, which ends a consumer's thread wherever it comes from.
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }

    /** Acts on one event; answers what failed. */
    private Optional<RuntimeException> act(ConsumerRecord<byte[], byte[]> record) {
        try (BatchTrace trace = traces.batch(List.of(record))) {
            return act(record, trace);
        }
    }

    private Optional<RuntimeException> act(ConsumerRecord<byte[], byte[]> record, BatchTrace trace) {
        try {
            metrics.event(take(record), record.timestamp());
            return Optional.empty();
        } catch (RuntimeException e) {
            metrics.eventFailed();
            trace.failed(Failures.describe(e));
            return Optional.of(Failures.classified(e));
        }
    }

    private EventOutcome take(ConsumerRecord<byte[], byte[]> record) {
        Optional<StripeEvent> event = record.value() == null ? Optional.empty() : StripeEventJson.read(record.value());
        EventOutcome outcome = event.map(actions::actOn).orElse(new EventOutcome.Dead(DeadLetterReason.MALFORMED));
        if (outcome instanceof EventOutcome.Dead dead) {
            log.deadLetter(record, dead);
            event.ifPresent(read -> events.record(read, JdbcStripeEvents.DEAD_LETTERED));
        } else if (outcome instanceof EventOutcome.Done done) {
            event.ifPresent(read -> events.record(read, done.result()));
        }
        return outcome;
    }
}
