package dev.aicredits.enforcer;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** DOWN when no sweep came to its end for a while: lost changes are not made up for, and months do not turn. */
final class SweepHealth implements HealthIndicator {

    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final int INTERVALS = 10;

    private final Sweep sweep;
    private final EnforcerSettings settings;
    private final Clock clock;
    private final Instant startedAt;

    SweepHealth(Sweep sweep, EnforcerSettings settings, Clock clock) {
        this.sweep = sweep;
        this.settings = settings;
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    @Override
    public Health health() {
        Instant last = sweep.doneAt().isBefore(startedAt) ? startedAt : sweep.doneAt();
        Duration allowed = GRACE.plus(settings.sweepInterval().multipliedBy(INTERVALS));
        boolean late = Duration.between(last, clock.instant()).compareTo(allowed) > 0;
        return (late ? Health.down() : Health.up())
                .withDetail("lastSweep", last.toString())
                .build();
    }
}
