package dev.aicredits.enforcer;

import dev.aicredits.control.BudgetAlert;
import dev.aicredits.control.ControlSignal;
import dev.aicredits.messaging.BudgetAlertMessage;
import dev.aicredits.messaging.ControlSignalMessage;
import dev.aicredits.messaging.Publisher;
import java.util.List;

/** Sends signals and alerts, and returns once the broker has them. */
final class SignalOutbox {

    private final Publisher publisher;
    private final EnforcerSettings settings;

    SignalOutbox(Publisher publisher, EnforcerSettings settings) {
        this.publisher = publisher;
        this.settings = settings;
    }

    void publishSignals(List<ControlSignal> signals) {
        publisher.publish(signals.stream()
                .map(signal -> ControlSignalMessage.of(settings.controlTopic(), signal))
                .toList());
    }

    void publishAlerts(List<BudgetAlert> alerts) {
        publisher.publish(alerts.stream()
                .map(alert -> BudgetAlertMessage.of(settings.alertTopic(), alert))
                .toList());
    }
}
