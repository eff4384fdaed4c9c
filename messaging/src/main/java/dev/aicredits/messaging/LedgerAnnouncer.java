package dev.aicredits.messaging;

import dev.aicredits.ledger.LedgerChange;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaTemplate;

/**
 * Tells, after a commit, what an organization's state is now: a hint, for whoever would else find out a moment later. It
 * waits for no acknowledgement and never fails its caller, whose booking is committed; a hint that is lost is logged.
 */
public final class LedgerAnnouncer {

    private static final Logger log = LoggerFactory.getLogger(LedgerAnnouncer.class);

    private final KafkaTemplate<byte[], byte[]> kafka;
    private final String topic;
    private final String worker;
    private final Clock clock;

    /** Sends to {@code topic} as {@code worker}, which is the events' source. */
    public LedgerAnnouncer(KafkaTemplate<byte[], byte[]> kafka, String topic, String worker, Clock clock) {
        this.kafka = kafka;
        this.topic = topic;
        this.worker = worker;
        this.clock = clock;
    }

    /** Returns once it is handed to the producer: at once, or while the broker is away after its {@code sendTimeout}. */
    public void announce(LedgerChange change) {
        try {
            var unused = kafka.send(LedgerChangeMessage.of(topic, change, worker, clock.instant()))
                    .whenComplete((sent, failure) -> {
                        if (failure != null) {
                            lost(change, failure);
                        }
                    });
        } catch (RuntimeException e) {
            lost(change, e);
        }
    }

    private static void lost(LedgerChange change, Throwable failure) {
        log.atWarn()
                .addKeyValue("organization", change.organizationId())
                .addKeyValue("entry_seq", change.entrySeq())
                .log("a ledger change was not announced: {}", Failures.describe(failure));
    }
}
