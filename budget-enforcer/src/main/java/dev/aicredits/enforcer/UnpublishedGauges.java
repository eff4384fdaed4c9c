package dev.aicredits.enforcer;

import dev.aicredits.enforcer.JdbcUnpublished.Unpublished;
import dev.aicredits.health.PromptReading;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The signals that were decided and not published yet, read when they are asked for, once a second at most; {@code NaN} if
 * the database does not tell. Alert when {@code aicredits.enforcement.unpublished.age} is above the time within which a stop
 * has to be told.
 */
final class UnpublishedGauges {

    private static final double MS_PER_SECOND = 1e3;

    private final PromptReading<Unpublished> unpublished;
    private final Clock clock;

    UnpublishedGauges(MeterRegistry registry, JdbcUnpublished unpublished, Clock clock) {
        this.unpublished = new PromptReading<>("unpublished-signals", unpublished::read);
        this.clock = clock;
        Gauge.builder("aicredits.enforcement.unpublished.signals", this, UnpublishedGauges::signals)
                .description("Signals that were decided and not published yet")
                .register(registry);
        Gauge.builder("aicredits.enforcement.unpublished.age", this, UnpublishedGauges::oldestSeconds)
                .description("How long the oldest of them has waited; 0 if none waits")
                .baseUnit("seconds")
                .register(registry);
    }

    private double signals() {
        Unpublished now = unpublished.get();
        return now == null ? Double.NaN : now.signals();
    }

    private double oldestSeconds() {
        Unpublished now = unpublished.get();
        if (now == null) {
            return Double.NaN;
        }
        Instant oldest = now.oldest();
        return oldest == null
                ? 0
                : Math.max(0, Duration.between(oldest, clock.instant()).toMillis()) / MS_PER_SECOND;
    }
}
