package dev.aicredits.enforcer;

import java.time.Instant;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How many decisions wait to be published, of all organizations and whoever decided them. */
final class JdbcUnpublished {

    // By the partial index enforcement_unpublished, which is empty but for moments.
    private static final String UNPUBLISHED =
            "SELECT count(*) AS signals, min(decided_at) AS oldest FROM enforcement WHERE published_version < version";

    /** @param oldest when the first of them was decided; null if there is none */
    record Unpublished(long signals, @Nullable Instant oldest) {}

    private final JdbcClient jdbc;

    JdbcUnpublished(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    Unpublished read() {
        return jdbc.sql(UNPUBLISHED)
                .query((row, number) -> new Unpublished(row.getLong("signals"), JdbcTargets.instant(row, "oldest")))
                .single();
    }
}
