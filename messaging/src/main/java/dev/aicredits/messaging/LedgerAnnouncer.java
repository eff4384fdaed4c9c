package dev.aicredits.messaging;

import dev.aicredits.ledger.LedgerChange;
import dev.aicredits.tracing.Traces;
import java.time.Clock;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaTemplate;

/**
 * Tells, after a commit, what an organization's state is now, or that its budgets are others: a hint, for whoever would else find out a moment later. It
 * waits for no acknowledgement and never fails its caller, whose booking is committed; a hint that is lost is logged.
 */
public final class LedgerAnnouncer {

    private static final Logger log = LoggerFactory.getLogger(LedgerAnnouncer.class);

    private final KafkaTemplate<byte[], byte[]> kafka;
    private final String topic;
    private final String worker;
    private final Traces traces;
    private final Clock clock;

    /** Sends to {@code topic} as {@code worker}, which is the events' source. */
    public LedgerAnnouncer(
            KafkaTemplate<byte[], byte[]> kafka, String topic, String worker, Traces traces, Clock clock) {
        this.kafka = kafka;
        this.topic = topic;
        this.worker = worker;
        this.traces = traces;
        this.clock = clock;
    }

    /** Returns once it is handed to the producer: at once, or while the broker is away after its {@code sendTimeout}. */
    public void announce(LedgerChange change) {
        send(
                LedgerChangeMessage.of(topic, change, worker, clock.instant()),
                change.organizationId(),
                "entry_seq",
                change.entrySeq());
    }

    /** The same of budgets, which are what their {@code revision} says. */
    public void announceBudgets(String organizationId, long revision) {
        send(
                BudgetChangeMessage.of(topic, organizationId, revision, worker, clock.instant()),
                organizationId,
                "revision",
                revision);
    }

    private void send(ProducerRecord<byte[], byte[]> record, String organizationId, String version, long number) {
        traces.carry(record, organizationId);
        try {
            var unused = kafka.send(record).whenComplete((sent, failure) -> {
                if (failure != null) {
                    lost(organizationId, version, number, failure);
                }
            });
        } catch (RuntimeException e) {
            lost(organizationId, version, number, e);
        }
    }

    private static void lost(String organizationId, String version, long number, Throwable failure) {
        log.atWarn()
                .addKeyValue("organization", organizationId)
                .addKeyValue(version, number)
                .log("a change was not announced: {}", Failures.describe(failure));
    }
}
