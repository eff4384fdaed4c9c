package dev.aicredits.consumer;

import dev.aicredits.ledger.LedgerChange;
import dev.aicredits.messaging.Failures;
import dev.aicredits.messaging.LedgerChangeMessage;
import dev.aicredits.messaging.Publisher;
import dev.aicredits.tracing.Traces;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.KafkaException;

/**
 * Tells what a batch changed, once it is committed. Hints: whoever must not miss one looks at the ledger, too. So while the
 * broker does not take them, usage is booked all the same, and no more than a tenth of the time is spent on trying. That it
 * can tell by waiting for the broker, as {@link dev.aicredits.messaging.LedgerAnnouncer} does not, which tells of one booking
 * at a time. Threads may share it.
 */
final class BatchAnnouncer {

    private static final Logger log = LoggerFactory.getLogger(BatchAnnouncer.class);
    private static final String WORKER = "usage-consumer";
    private static final int PAUSE_PER_DURATION = 9;
    private static final Duration PAUSE_MAX = Duration.ofMinutes(1);

    private final Publisher publisher;
    private final String topic;
    private final Traces traces;
    private final Clock clock;
    private volatile long nextTryNanos = System.nanoTime();

    BatchAnnouncer(Publisher publisher, String topic, Traces traces, Clock clock) {
        this.publisher = publisher;
        this.topic = topic;
        this.traces = traces;
        this.clock = clock;
    }

    /**
     * Sends the changes and waits until the broker has them; one that it does not take is logged and lost, with those that
     * come within nine times as long as that took, a minute at most.
     *
     * @param producedAtMs when the oldest record of the batch was produced, in milliseconds since 1970
     */
    void publish(List<LedgerChange> changes, long producedAtMs) {
        long startNanos = System.nanoTime();
        if (startNanos - nextTryNanos < 0) {
            return;
        }
        try {
            publisher.publish(changes.stream()
                    .map(change -> announcement(change, producedAtMs))
                    .toList());
        } catch (KafkaException e) {
            long endNanos = System.nanoTime();
            long pauseNanos = Math.min(PAUSE_PER_DURATION * (endNanos - startNanos), PAUSE_MAX.toNanos());
            nextTryNanos = endNanos + pauseNanos;
            log.atWarn()
                    .addKeyValue("organizations", changes.size())
                    .addKeyValue("pause_ms", Duration.ofNanos(pauseNanos).toMillis())
                    .addKeyValue("cause", Failures.describe(e))
                    .log("changes were not announced");
        }
    }

    private ProducerRecord<byte[], byte[]> announcement(LedgerChange change, long producedAtMs) {
        ProducerRecord<byte[], byte[]> record =
                LedgerChangeMessage.of(topic, change, WORKER, clock.instant(), producedAtMs);
        traces.carry(record, change.organizationId());
        return record;
    }
}
