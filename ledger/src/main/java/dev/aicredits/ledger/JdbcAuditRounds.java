package dev.aicredits.ledger;

import static dev.aicredits.ledger.JdbcTimes.utc;

import java.time.OffsetDateTime;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Keeps the {@link AuditRound}, which outlives processes. */
public final class JdbcAuditRounds {

    private static final String READ = "SELECT parts, last_key, found, found_before, done_at FROM audit_round";

    // Two that did the same part at once: one of them is counted.
    private static final String ADVANCE = """
            UPDATE audit_round
               SET parts = :parts, last_key = :last_key, found = :found, found_before = :found_before, done_at = :done_at
             WHERE parts = :parts - 1
            """;

    private final JdbcClient jdbc;

    /** Works on {@code dataSource} as the application's role. */
    public JdbcAuditRounds(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    /** How far it is now. */
    public AuditRound read() {
        return jdbc.sql(READ)
                .query((row, number) -> new AuditRound(
                        row.getLong("parts"),
                        row.getLong("last_key"),
                        row.getLong("found"),
                        row.getLong("found_before"),
                        row.getObject("done_at", OffsetDateTime.class).toInstant()))
                .single();
    }

    /**
     * Keeps how far it is after one part more.
     *
     * @return whether nobody else has done a part since {@code round} was the one before; if somebody has, nothing is kept
     */
    public boolean advance(AuditRound round) {
        return jdbc.sql(ADVANCE)
                        .param("parts", round.parts())
                        .param("last_key", round.lastKey())
                        .param("found", round.found())
                        .param("found_before", round.foundBefore())
                        .param("done_at", utc(round.doneAt()))
                        .update()
                == 1;
    }
}
