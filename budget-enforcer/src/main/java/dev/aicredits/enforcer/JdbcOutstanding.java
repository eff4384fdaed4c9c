package dev.aicredits.enforcer;

import dev.aicredits.enforcer.EnforcerSettings.Acknowledgements;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the platform has still to be told, and has still to answer, of all organizations and whoever decided it. */
final class JdbcOutstanding {

    // By the partial index enforcement_unpublished, which is empty but for moments.
    private static final String UNPUBLISHED =
            "SELECT count(*) AS signals, min(decided_at) AS oldest FROM enforcement WHERE published_version < version";

    // By the partial index incident_unacknowledged. A stop that was resumed needs nobody's answer any more.
    private static final String UNACKNOWLEDGED = """
            SELECT count(stop_published_at) AS signals, min(stop_published_at) AS oldest
              FROM incident
             WHERE stop_acknowledged_at IS NULL AND resumed_at IS NULL
            """;

    /** @param age of the oldest of them; zero if there is none */
    record Waiting(long signals, Duration age) {

        static final Waiting NONE = new Waiting(0, Duration.ZERO);
    }

    /**
     * @param unpublished signals that were decided and no topic has yet, by when they were decided
     * @param unacknowledged stops that last, by when they were published; none where no answer is expected
     */
    record Outstanding(Waiting unpublished, Waiting unacknowledged) {}

    private final JdbcClient jdbc;
    private final Acknowledgements acknowledgements;
    private final Clock clock;

    JdbcOutstanding(DataSource dataSource, Acknowledgements acknowledgements, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.acknowledgements = acknowledgements;
        this.clock = clock;
    }

    Outstanding read() {
        return new Outstanding(
                read(UNPUBLISHED), acknowledgements == Acknowledgements.EXPECTED ? read(UNACKNOWLEDGED) : Waiting.NONE);
    }

    private Waiting read(String sql) {
        return jdbc.sql(sql)
                .query((row, number) -> new Waiting(row.getLong("signals"), since(JdbcTargets.instant(row, "oldest"))))
                .single();
    }

    private Duration since(@Nullable Instant oldest) {
        Duration age = oldest == null ? Duration.ZERO : Duration.between(oldest, clock.instant());
        return age.isNegative() ? Duration.ZERO : age;
    }
}
