package dev.aicredits.enforcer;

import dev.aicredits.control.BudgetAlert;
import dev.aicredits.control.ControlSignal;
import dev.aicredits.messaging.BudgetAlertMessage;
import dev.aicredits.messaging.ControlSignalMessage;
import dev.aicredits.messaging.Failures;
import dev.aicredits.messaging.Publisher;
import dev.aicredits.tracing.Step;
import dev.aicredits.tracing.Traces;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends signals and alerts, and returns once the broker has them. */
final class SignalOutbox {

    private final Publisher publisher;
    private final EnforcerSettings settings;
    private final Traces traces;

    SignalOutbox(Publisher publisher, EnforcerSettings settings, Traces traces) {
        this.publisher = publisher;
        this.settings = settings;
        this.traces = traces;
    }

    void publishSignals(List<ControlSignal> signals) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(signals.size());
        List<Step> sends = new ArrayList<>(signals.size());
        for (ControlSignal signal : signals) {
            ProducerRecord<byte[], byte[]> record = ControlSignalMessage.of(settings.controlTopic(), signal);
            sends.add(traces.send(record, signal.target().organizationId(), named(signal)));
            records.add(record);
        }
        try {
            publisher.publish(records);
        } catch (RuntimeException e) {
            sends.forEach(send -> send.failed(Failures.describe(e)));
            throw e;
        } finally {
            sends.forEach(Step::close);
        }
    }

    private static Map<String, String> named(ControlSignal signal) {
        return Map.of(
                "aicredits.signal",
                signal.stops() ? "stop" : "resume",
                "aicredits.scope",
                signal.target().layer().scope(),
                "aicredits.reason",
                signal.target().layer().reason());
    }

    void publishAlerts(List<BudgetAlert> alerts) {
        publisher.publish(alerts.stream()
                .map(alert -> BudgetAlertMessage.of(settings.alertTopic(), alert))
                .toList());
    }
}
