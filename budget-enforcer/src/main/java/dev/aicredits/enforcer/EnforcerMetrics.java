package dev.aicredits.enforcer;

import dev.aicredits.budget.BudgetLayer;
import dev.aicredits.control.ControlSignal;
import dev.aicredits.enforcer.JdbcIncidents.Acknowledged;
import dev.aicredits.enforcer.JdbcIncidents.Received;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the enforcer counts and times. Alert when {@code aicredits.enforcement.failures} keeps rising, when {@code
 * aicredits.enforcement.swept.targets} rises steadily (hints get lost), and on the p99 of {@code
 * aicredits.enforcement.stop.published}.
 */
final class EnforcerMetrics {

    private static final double NANOS_PER_USD = 1e9;

    private final Clock clock;
    private final Map<BudgetLayer, Counter> stops = new EnumMap<>(BudgetLayer.class);
    private final Map<BudgetLayer, Counter> resumes = new EnumMap<>(BudgetLayer.class);
    private final Map<DeadLetterReason, Counter> deadLetters = new EnumMap<>(DeadLetterReason.class);
    private final Counter failures;
    private final Counter sweptOrganizations;
    private final Counter sweptTargets;
    private final Timer look;
    private final Timer stopPublished;
    private final Timer stopAcknowledged;
    private final DistributionSummary overshoot;

    EnforcerMetrics(MeterRegistry registry, Clock clock) {
        this.clock = clock;
        for (BudgetLayer layer : BudgetLayer.values()) {
            stops.put(layer, signals(registry, "stop", layer));
            resumes.put(layer, signals(registry, "resume", layer));
        }
        for (DeadLetterReason reason : DeadLetterReason.values()) {
            deadLetters.put(
                    reason,
                    Counter.builder("aicredits.enforcement.dead_letters")
                            .description("Records that could not be used")
                            .tag("reason", reason.wireName())
                            .register(registry));
        }
        failures = Counter.builder("aicredits.enforcement.failures")
                .description("Tries that failed and will be repeated, or stopped the container")
                .register(registry);
        sweptOrganizations = Counter.builder("aicredits.enforcement.swept.organizations")
                .description("Organizations that a sweep looked at whole")
                .register(registry);
        sweptTargets = Counter.builder("aicredits.enforcement.swept.targets")
                .description("Targets about which a sweep found something to do")
                .register(registry);
        look = timer(registry, "look", "Comparing a batch of targets with what they were told");
        stopPublished = timer(
                registry,
                "stop.published",
                "From when the oldest event of the batch that crossed a limit was produced to when its stop was published");
        stopAcknowledged =
                timer(registry, "stop.acknowledged", "From when a stop was published to when the platform obeyed");
        overshoot = DistributionSummary.builder("aicredits.enforcement.overshoot")
                .description("What was booked beyond a limit until the platform obeyed the stop, for display")
                .baseUnit("usd")
                .serviceLevelObjectives(0.01, 0.1, 1, 10, 100)
                .register(registry);
    }

    private static Counter signals(MeterRegistry registry, String type, BudgetLayer layer) {
        return Counter.builder("aicredits.enforcement.signals")
                .description("Signals that were published")
                .tag("type", type)
                .tag("scope", layer.scope())
                .register(registry);
    }

    private static Timer timer(MeterRegistry registry, String name, String description) {
        return Timer.builder("aicredits.enforcement." + name)
                .description(description)
                .publishPercentileHistogram()
                .register(registry);
    }

    Look timedLook(Supplier<Look> looking) {
        return Objects.requireNonNull(look.record(looking));
    }

    /** Counts a signal; {@code producedAtMs} is null where no event led to it. */
    void published(ControlSignal signal, @Nullable Long producedAtMs) {
        Objects.requireNonNull(
                        (signal.stops() ? stops : resumes).get(signal.target().layer()))
                .increment();
        if (signal.stops() && producedAtMs != null) {
            stopPublished.record(Duration.ofMillis(Math.max(0, clock.millis() - producedAtMs)));
        }
    }

    void acknowledged(Acknowledged incident, Received received) {
        boolean isStop = received.ack().version() == incident.stopVersion();
        if (isStop && incident.isFirst() && incident.stopPublishedAt() != null) {
            Duration after = Duration.between(incident.stopPublishedAt(), received.at());
            stopAcknowledged.record(after.isNegative() ? Duration.ZERO : after);
            overshoot.record(incident.overshootNanos() / NANOS_PER_USD);
        }
    }

    void swept(int organizations, int targets) {
        sweptOrganizations.increment(organizations);
        sweptTargets.increment(targets);
    }

    void deadLettered(DeadLetterReason reason) {
        Objects.requireNonNull(deadLetters.get(reason)).increment();
    }

    void failed() {
        failures.increment();
    }
}
