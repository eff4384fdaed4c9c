package dev.aicredits.consumer;

import dev.aicredits.messaging.Failures;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.listener.BatchMessageListener;

/**
 * Takes the records of one poll from bytes to committed debits.
 *
 * <p>In order: decode, rate and book in one transaction; publish dead letters and ledger changes and wait for the
 * broker; return, upon which the container commits the offsets. Whatever fails before the end, the whole poll is
 * repeated, and the ledger's dedupe keys make that harmless.
 */
final class UsageListener implements BatchMessageListener<byte[], byte[]> {

    private final UsageIntake intake;
    private final KafkaOutbox outbox;
    private final UsageMetrics metrics;

    UsageListener(UsageIntake intake, KafkaOutbox outbox, UsageMetrics metrics) {
        this.intake = intake;
        this.outbox = outbox;
        this.metrics = metrics;
    }

    @Override
    public void onMessage(List<ConsumerRecord<byte[], byte[]>> records) {
        try {
            UsageIntake.Result result = metrics.timed(() -> intake.book(records));
            outbox.publish(result.deadLetters(), result.changes(), UsageMetrics.oldestMs(records));
            metrics.count(result, records);
        } catch (RuntimeException e) {
            metrics.failed();
            throw Failures.classified(e);
        }
    }
}
