package dev.aicredits.enforcer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.health.BackgroundHealth;
import dev.aicredits.testkit.Patience;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.health.contributor.Status;

/** How a sweep that fails looks to whoever watches the process; what it does is tried by {@link SignalsTest}. */
class SweepTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void oneThatAnErrorEndsIsDead() {
        Sweep sweep = sweep(new PGSimpleDataSource() {
            @Override
            public Connection getConnection() {
                throw new StackOverflowError();
            }
        });
        sweep.start();

        Patience.awaitTrue("it has ended", () -> !sweep.goesOn());

        assertThat(new BackgroundHealth(List.of(sweep)).health().getStatus()).isEqualTo(Status.DOWN);
        sweep.stop();
    }

    @Test
    void oneThatFindsNoDatabaseIsNot() {
        Sweep sweep = sweep(new PGSimpleDataSource() {
            @Override
            public Connection getConnection() throws SQLException {
                throw new SQLException("away");
            }
        });
        sweep.start();

        Patience.awaitTrue(
                "it failed twice",
                () -> registry.get("aicredits.enforcement.failures").counter().count() >= 2);

        assertThat(new BackgroundHealth(List.of(sweep)).health().getStatus()).isEqualTo(Status.UP);
        sweep.stop();
        assertThat(sweep.goesOn()).as("it was ended on purpose").isTrue();
    }

    @Test
    void oneThatDoesNotComeToItsEndIsNotReady() {
        ManualClock clock = new ManualClock(Instant.parse("2026-11-25T12:00:00Z"));
        EnforcerSettings settings = TestSettings.defaultsWith(Map.of());
        SweepHealth health = new SweepHealth(sweep(new PGSimpleDataSource()), settings, clock);
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);

        clock.set(clock.instant().plusSeconds(36));

        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
    }

    private Sweep sweep(PGSimpleDataSource dataSource) {
        ManualClock clock = new ManualClock(Instant.parse("2026-11-25T12:00:00Z"));
        EnforcerSettings settings = TestSettings.defaultsWith(Map.of("sweep-interval", "10ms"));
        EnforcerMetrics metrics = new EnforcerMetrics(registry, clock);
        Margins margins = new Margins();
        // It has nothing to decide and nobody to tell: there is no database.
        Enforcer enforcer = new Enforcer(
                new JdbcFindings(dataSource, settings.percents()),
                null,
                null,
                new JdbcAlerts(dataSource, clock),
                new SignalOutbox(null, settings, null),
                margins,
                metrics,
                null,
                clock);
        return new Sweep(
                new JdbcStandings(dataSource),
                margins,
                new Progress(),
                new HintDelay(clock),
                new Ownership(new Progress(), () -> {}),
                enforcer,
                metrics,
                settings,
                clock);
    }
}
