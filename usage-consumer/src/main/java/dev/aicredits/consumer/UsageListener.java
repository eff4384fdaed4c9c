package dev.aicredits.consumer;

import dev.aicredits.messaging.Failures;
import dev.aicredits.tracing.BatchTrace;
import dev.aicredits.tracing.Traces;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.listener.BatchMessageListener;

/**
 * Takes the records of one poll, decoded as they were polled, to committed debits.
 *
 * <p>In order: rate and book in one transaction; publish dead letters and wait for the broker; announce the changes;
 * return, upon which the container commits the offsets. Whatever fails before the end, announcements aside, the whole poll
 * is repeated, and the ledger's dedupe keys make that harmless.
 */
final class UsageListener implements BatchMessageListener<byte[], ReadUsage> {

    private final UsageIntake intake;
    private final DeadLetters deadLetters;
    private final BatchAnnouncer announcer;
    private final UsageMetrics metrics;
    private final Traces traces;

    UsageListener(
            UsageIntake intake,
            DeadLetters deadLetters,
            BatchAnnouncer announcer,
            UsageMetrics metrics,
            Traces traces) {
        this.intake = intake;
        this.deadLetters = deadLetters;
        this.announcer = announcer;
        this.metrics = metrics;
        this.traces = traces;
    }

    @Override
    public void onMessage(List<ConsumerRecord<byte[], ReadUsage>> records) {
        try (BatchTrace trace = traces.batchOfEvents(records, ReadUsage::bytes)) {
            take(records, trace);
        }
    }

    private void take(List<ConsumerRecord<byte[], ReadUsage>> records, BatchTrace trace) {
        try {
            UsageIntake.Result result = metrics.timed(() -> intake.book(records));
            long producedAtMs = oldestMs(records);
            deadLetters.publish(result.deadLetters());
            announcer.publish(result.changes(), producedAtMs);
            metrics.count(result, producedAtMs);
            trace.note("aicredits.booked", result.booked());
            trace.note("aicredits.duplicates", result.duplicates());
            trace.note("aicredits.dead_letters", result.deadLetters().size());
        } catch (RuntimeException e) {
            metrics.failed();
            trace.failed(Failures.describe(e));
            throw Failures.classified(e);
        }
    }

    /** When the oldest of the records was produced, in milliseconds since 1970. */
    private static long oldestMs(List<ConsumerRecord<byte[], ReadUsage>> records) {
        long oldest = Long.MAX_VALUE;
        for (ConsumerRecord<byte[], ReadUsage> record : records) {
            oldest = Math.min(oldest, record.timestamp());
        }
        return oldest;
    }
}
