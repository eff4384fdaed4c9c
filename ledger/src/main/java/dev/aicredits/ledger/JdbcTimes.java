package dev.aicredits.ledger;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Times as PostgreSQL's driver takes them, which knows no {@code Instant}. */
public final class JdbcTimes {

    private JdbcTimes() {}

    /** For a {@code timestamptz}, whatever the time zone of the session or the machine. */
    public static OffsetDateTime utc(Instant time) {
        return OffsetDateTime.ofInstant(time, ZoneOffset.UTC);
    }
}
