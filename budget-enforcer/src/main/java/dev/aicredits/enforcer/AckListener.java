package dev.aicredits.enforcer;

import dev.aicredits.enforcer.JdbcIncidents.Acknowledged;
import dev.aicredits.enforcer.JdbcIncidents.Received;
import dev.aicredits.messaging.ControlAckMessage;
import dev.aicredits.messaging.Failures;
import dev.aicredits.tracing.BatchTrace;
import dev.aicredits.tracing.Traces;
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
    private final Traces traces;
    private final Clock clock;

    AckListener(JdbcIncidents incidents, DeadLetters deadLetters, EnforcerMetrics metrics, Traces traces, Clock clock) {
        this.incidents = incidents;
        this.deadLetters = deadLetters;
        this.metrics = metrics;
        this.traces = traces;
        this.clock = clock;
    }

    @Override
    public void onMessage(List<ConsumerRecord<byte[], byte[]>> records) {
        try (BatchTrace trace = traces.batch(records)) {
            take(records, trace);
        }
    }

    private void take(List<ConsumerRecord<byte[], byte[]>> records, BatchTrace trace) {
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
            trace.failed(Failures.describe(e));
            throw Failures.classified(e);
        }
    }
}
