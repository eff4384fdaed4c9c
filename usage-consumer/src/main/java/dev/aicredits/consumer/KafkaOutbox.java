package dev.aicredits.consumer;

import dev.aicredits.consumer.UsageIntake.DeadLetter;
import dev.aicredits.ledger.LedgerChange;
import dev.aicredits.messaging.DeadLetterMessage;
import dev.aicredits.messaging.LedgerChangeMessage;
import dev.aicredits.messaging.Publisher;
import dev.aicredits.tracing.Traces;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Publishes what a batch gave rise to, and waits until the broker has all of it. */
final class KafkaOutbox {

    private static final String WORKER = "usage-consumer";

    private final Publisher publisher;
    private final UsageConsumerSettings settings;
    private final Traces traces;
    private final Clock clock;

    KafkaOutbox(Publisher publisher, UsageConsumerSettings settings, Traces traces, Clock clock) {
        this.publisher = publisher;
        this.settings = settings;
        this.traces = traces;
        this.clock = clock;
    }

    /**
     * Sends the dead letters and the changes. At least once: a repeated batch sends them again.
     *
     * @param producedAtMs when the oldest record of the batch was produced, in milliseconds since 1970
     * @throws org.springframework.kafka.KafkaException if the broker has not acknowledged every one in time
     */
    void publish(List<DeadLetter> deadLetters, List<LedgerChange> changes, long producedAtMs) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(deadLetters.size() + changes.size());
        for (DeadLetter deadLetter : deadLetters) {
            records.add(DeadLetterMessage.of(
                    settings.deadLetterTopic(),
                    deadLetter.record(),
                    deadLetter.reason().wireName(),
                    deadLetter.detail(),
                    clock.instant()));
        }
        for (LedgerChange change : changes) {
            ProducerRecord<byte[], byte[]> record =
                    LedgerChangeMessage.of(settings.ledgerTopic(), change, WORKER, clock.instant(), producedAtMs);
            traces.carry(record, change.organizationId());
            records.add(record);
        }
        publisher.publish(records);
    }
}
