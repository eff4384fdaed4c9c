package dev.aicredits.enforcer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.testkit.Patience;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What waits to be published, as metrics. */
class UnpublishedTest {

    private static final Instant NOW = Instant.parse("2028-02-29T12:00:00Z");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void decisionsThatWaitAreCountedWithTheAgeOfTheOldest() {
        try (EnforcerSystem system = EnforcerSystem.create(NOW)) {
            var unused = new UnpublishedGauges(registry, new JdbcUnpublished(system.app()), system.clock);
            Patience.awaitTrue("none is known", () -> signals() == 0);
            assertThat(ageSeconds()).isZero();

            decide(system, 1, "2028-02-29T11:59:50Z");
            decide(system, 2, "2028-02-29T11:59:58Z");
            system.clock.set(NOW.plusSeconds(600));

            Patience.awaitTrue("both are known", () -> signals() == 2);
            assertThat(ageSeconds()).isBetween(610.0, 650.0);
        }
    }

    @Test
    void nothingIsKnownWithoutTheDatabase() {
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setURL("jdbc:postgresql://127.0.0.1:1/none");
        var unused = new UnpublishedGauges(registry, new JdbcUnpublished(nowhere), new ManualClock(NOW));

        assertThat(signals()).isNaN();
        assertThat(ageSeconds()).isNaN();
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

    private double signals() {
        return registry.get("aicredits.enforcement.unpublished.signals").gauge().value();
    }

    private double ageSeconds() {
        return registry.get("aicredits.enforcement.unpublished.age").gauge().value();
    }
}
