package dev.aicredits.enforcer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.enforcer.EnforcerSettings.Acknowledgements;
import dev.aicredits.testkit.Patience;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the platform has still to be told or to answer, as metrics. */
class OutstandingTest {

    private static final Instant NOW = Instant.parse("2028-02-29T12:00:00Z");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void decisionsThatWaitAreCountedWithTheAgeOfTheOldest() {
        try (EnforcerSystem system = EnforcerSystem.create(NOW)) {
            gauges(system, Acknowledgements.EXPECTED);
            Patience.awaitTrue("none is known", () -> value("unpublished.signals") == 0);
            assertThat(value("unpublished.age")).isZero();

            decide(system, 1, "2028-02-29T11:59:50Z");
            decide(system, 2, "2028-02-29T11:59:58Z");
            system.clock.set(NOW.plusSeconds(600));

            Patience.awaitTrue("both are known", () -> value("unpublished.signals") == 2);
            assertThat(value("unpublished.age")).isBetween(610.0, 650.0);
        }
    }

    @Test
    void stopsThatLastAndThatNobodyAcknowledgedAreCountedWithTheAgeOfTheOldest() {
        try (EnforcerSystem system = EnforcerSystem.create(NOW)) {
            stop(system, 1, null, null, null);
            stop(system, 2, "2028-02-29T11:50:00Z", "2028-02-29T11:50:01Z", null);
            stop(system, 3, "2028-02-29T11:51:00Z", null, "2028-02-29T11:52:00Z");
            gauges(system, Acknowledgements.EXPECTED);
            Patience.awaitTrue("none is known", () -> value("unacknowledged.stops") == 0);
            assertThat(value("unacknowledged.age")).isZero();

            stop(system, 4, "2028-02-29T11:55:00Z", null, null);
            stop(system, 5, "2028-02-29T11:56:00Z", null, null);

            Patience.awaitTrue("both are known", () -> value("unacknowledged.stops") == 2);
            assertThat(value("unacknowledged.age")).isBetween(300.0, 350.0);
        }
    }

    @Test
    void whereNoAnswerIsExpectedNoneIsMissing() {
        try (EnforcerSystem system = EnforcerSystem.create(NOW)) {
            stop(system, 1, "2028-02-29T11:55:00Z", null, null);
            gauges(system, Acknowledgements.OPTIONAL);

            Patience.awaitTrue("it is read", () -> value("unpublished.signals") == 0);
            assertThat(value("unacknowledged.stops")).isZero();
            assertThat(value("unacknowledged.age")).isZero();
        }
    }

    @Test
    void nothingIsKnownWithoutTheDatabase() {
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setURL("jdbc:postgresql://127.0.0.1:1/none");
        gauges(nowhere, new ManualClock(NOW), Acknowledgements.EXPECTED);

        assertThat(List.of("unpublished.signals", "unpublished.age", "unacknowledged.stops", "unacknowledged.age"))
                .allSatisfy(name -> assertThat(value(name)).isNaN());
    }

    private void gauges(EnforcerSystem system, Acknowledgements acknowledgements) {
        gauges(system.app(), system.clock, acknowledgements);
    }

    private void gauges(DataSource database, Clock clock, Acknowledgements acknowledgements) {
        var unused = new OutstandingGauges(registry, new JdbcOutstanding(database, acknowledgements, clock));
    }

    private static void decide(EnforcerSystem system, int target, String decidedAt) {
        JdbcClient.create(system.app())
                .sql("""
                        INSERT INTO enforcement (organization_id, agent_id, external_user_id, version, decided_at)
                        VALUES (:target, 0, 0, 1, :decidedAt::timestamptz)
                        """)
                .param("target", target)
                .param("decidedAt", decidedAt)
                .update();
    }

    private static void stop(
            EnforcerSystem system,
            int target,
            @Nullable String publishedAt,
            @Nullable String acknowledgedAt,
            @Nullable String resumedAt) {
        system.superuser()
                .sql("""
                        INSERT INTO incident (organization_id, agent_id, external_user_id, version, scope, balance_nanos, cause,
                                              decided_entry_seq, stopped_at, stop_published_at, stop_acknowledged_at,
                                              resumed_at)
                        VALUES (:target, 0, 0, 1, 'organization', 0, 'usage', 1, '2028-02-29T11:49:00Z',
                                :publishedAt::timestamptz, :acknowledgedAt::timestamptz, :resumedAt::timestamptz)
                        """)
                .param("target", target)
                .param("publishedAt", publishedAt)
                .param("acknowledgedAt", acknowledgedAt)
                .param("resumedAt", resumedAt)
                .update();
    }

    private double value(String name) {
        return registry.get("aicredits.enforcement." + name).gauge().value();
    }
}
