package dev.aicredits.enforcer;

import dev.aicredits.budget.MonthWindow;
import dev.aicredits.control.ControlSignal;
import dev.aicredits.control.Target;
import dev.aicredits.messaging.BillingHint.Moved;
import dev.aicredits.tracing.Step;
import dev.aicredits.tracing.Traces;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what targets were told in line with what they spent and have left.
 *
 * <p>Looks without a lock, since mostly there is nothing to do. Where there is, it decides under the organization's lock,
 * publishes, and looks once more: what another process did between the first look and the lock is seen by the second,
 * what it did since by the last, so the one that decides last leaves nothing undone. Safe to repeat and to run at once.
 */
final class Enforcer {

    private static final Logger log = LoggerFactory.getLogger(Enforcer.class);
    private static final int TARGETS_MAX = 5_000;
    private static final int DECISIONS_MAX = 1_000;

    // A target that another process has under its lock stays pending for a while; the sweep comes back to it.
    private static final int ROUNDS_MAX = 5;

    private final JdbcFindings findings;
    private final JdbcDecisions decisions;
    private final JdbcSignals signals;
    private final JdbcAlerts alerts;
    private final SignalOutbox outbox;
    private final Margins margins;
    private final EnforcerMetrics metrics;
    private final Traces traces;
    private final Clock clock;
    private final Set<TargetKey> untold = ConcurrentHashMap.newKeySet();

    Enforcer(
            JdbcFindings findings,
            JdbcDecisions decisions,
            JdbcSignals signals,
            JdbcAlerts alerts,
            SignalOutbox outbox,
            Margins margins,
            EnforcerMetrics metrics,
            Traces traces,
            Clock clock) {
        this.findings = findings;
        this.decisions = decisions;
        this.signals = signals;
        this.alerts = alerts;
        this.outbox = outbox;
        this.margins = margins;
        this.metrics = metrics;
        this.traces = traces;
        this.clock = clock;
    }

    /**
     * Enforces the layers of those targets, where they moved further than is known to need nothing. What is to be told
     * about them, and needs no signal, is left to {@link #tellAlerts}: it must not keep the next stop waiting.
     *
     * @param producedAtMs for organizations, when the oldest event behind this was produced
     */
    void enforce(Collection<Moved> moved, Map<String, Long> producedAtMs) {
        MonthWindow window = window();
        Set<Target> targets = new LinkedHashSet<>();
        for (Moved one : moved) {
            if (!margins.cover(one, window)) {
                targets.add(one.target());
            }
        }
        for (List<Target> some : parts(new ArrayList<>(targets), TARGETS_MAX)) {
            Margins.Beginning beginning = margins.begin();
            Look look = metrics.timedLook(() -> findings.ofTargets(some, window));
            margins.learn(some, look.margins(), beginning);
            Map<Boolean, List<Finding>> byUrgency =
                    look.due().stream().collect(Collectors.partitioningBy(Finding::needsSignal));
            settle(Objects.requireNonNull(byUrgency.get(true)), window, producedAtMs);
            Objects.requireNonNull(byUrgency.get(false)).forEach(finding -> untold.add(finding.key()));
        }
    }

    /** Enforces every layer of those organizations; answers how many targets there was something to do about. */
    int enforceAll(Collection<String> organizationIds) {
        // Of movements without hints another process may have decided; spends never fall, but a balance may be back
        // where the margin was learnt.
        margins.forget(organizationIds.stream().map(Target::organization).toList());
        MonthWindow window = window();
        List<Finding> found = findings.ofOrganizations(organizationIds, window);
        settle(found, window, Map.of());
        return found.size();
    }

    /**
     * Decides about alerts that were left to this, and publishes those that no topic has, of whatever organization. Those that
     * fail keep no others waiting, and are tried again by the next call.
     */
    void tellAlerts() {
        RuntimeException failure = null;
        for (List<TargetKey> some : parts(untold.stream().sorted().toList(), DECISIONS_MAX)) {
            // Before the look, so that what is left to this after it is not forgotten.
            some.forEach(untold::remove);
            try {
                MonthWindow window = window();
                settle(findings.ofKeys(some, window), window, Map.of());
            } catch (RuntimeException e) {
                untold.addAll(some);
                failure = e;
            }
        }
        int sent;
        do {
            sent = alerts.publish(outbox::publishAlerts);
        } while (sent == JdbcAlerts.ALERTS_MAX);
        if (failure != null) {
            throw failure;
        }
    }

    private void settle(List<Finding> found, MonthWindow window, Map<String, Long> producedAtMs) {
        for (List<Finding> some : parts(found, DECISIONS_MAX)) {
            List<TargetKey> keys = some.stream().map(Finding::key).sorted().toList();
            List<Finding> due = some;
            for (int round = 0; !due.isEmpty() && round < ROUNDS_MAX; round++) {
                decide(due, window);
                // A look that began before the decision knows nothing of it; what was learnt of these earlier, neither.
                margins.forget(due.stream().map(Finding::target).toList());
                publish(due, producedAtMs);
                due = findings.ofKeys(keys, window);
            }
        }
    }

    private void decide(List<Finding> due, MonthWindow window) {
        List<TargetKey> undecided = due.stream()
                .filter(finding -> !finding.pending())
                .map(Finding::key)
                .toList();
        if (!undecided.isEmpty()) {
            try (Step step = traces.step("decide")) {
                List<Transition> transitions = decisions.decide(undecided, window);
                step.note("aicredits.transitions", transitions.size());
                transitions.forEach(Enforcer::tell);
            }
        }
    }

    private void publish(List<Finding> due, Map<String, Long> producedAtMs) {
        Set<Long> organizations = new HashSet<>();
        due.forEach(finding -> organizations.add(finding.key().organizationId()));
        List<ControlSignal> sent;
        do {
            sent = signals.publish(organizations, outbox::publishSignals);
            sent.forEach(signal ->
                    metrics.published(signal, producedAtMs.get(signal.target().organizationId())));
        } while (sent.size() == JdbcSignals.SIGNALS_MAX);
    }

    private static void tell(Transition transition) {
        Target target = transition.finding().target();
        log.atInfo()
                .addKeyValue("organization", target.organizationId())
                .addKeyValue("agent", target.agentId())
                .addKeyValue("scope", target.layer().scope())
                .addKeyValue("version", transition.version())
                .addKeyValue("cause", transition.cause().name())
                .log(transition.stops() ? "stopped" : "resumed");
    }

    private MonthWindow window() {
        return MonthWindow.of(clock.instant());
    }

    private static <T> List<List<T>> parts(List<T> all, int max) {
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += max) {
            parts.add(all.subList(from, Math.min(all.size(), from + max)));
        }
        return parts;
    }
}
