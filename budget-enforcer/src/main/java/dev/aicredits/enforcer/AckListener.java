package dev.aicredits.enforcer;

import dev.aicredits.enforcer.JdbcIncidents.Acknowledged;
import dev.aicredits.enforcer.JdbcIncidents.Received;
import dev.aicredits.messaging.ControlAckMessage;
import dev.aicredits.messaging.Failures;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.listener.BatchMessageListener;

/** Writes down that the platform obeyed: when, and what was booked until then. */
final class AckListener implements BatchMessageListener<byte[], byte[]> {

    private final JdbcIncidents incidents;
    private final DeadLetters deadLetters;
    private final EnforcerMetrics metrics;
    private final Clock clock;

    AckListener(JdbcIncidents incidents, DeadLetters deadLetters, EnforcerMetrics metrics, Clock clock) {
        this.incidents = incidents;
        this.deadLetters = deadLetters;
        this.metrics = metrics;
        this.clock = clock;
    }

    @Override
    public void onMessage(List<ConsumerRecord<byte[], byte[]>> records) {
        try {
            List<Received> received = new ArrayList<>(records.size());
            List<ConsumerRecord<byte[], byte[]>> readable = new ArrayList<>(records.size());
            deadLetters.readAll(records, record -> {
                received.add(new Received(ControlAckMessage.read(record), Instant.ofEpochMilli(record.timestamp())));
                readable.add(record);
            });
            Set<Integer> known = new HashSet<>();
            for (Acknowledged incident : incidents.acknowledge(received, clock.instant())) {
                known.add(incident.position());
                metrics.acknowledged(incident, received.get(incident.position()));
            }
            for (int i = 0; i < readable.size(); i++) {
                if (!known.contains(i)) {
                    deadLetters.send(readable.get(i), DeadLetterReason.UNKNOWN_SIGNAL);
                }
            }
        } catch (RuntimeException e) {
            metrics.failed();
            throw Failures.classified(e);
        }
    }
}
