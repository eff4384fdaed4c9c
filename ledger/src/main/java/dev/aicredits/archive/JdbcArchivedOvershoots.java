package dev.aicredits.archive;

import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads which stops lasted while a month was archived, and what the database keeps of their overshoots. */
final class JdbcArchivedOvershoots {

    // Open when the month left, or with something kept of it. Who resumed and who archived had clocks of their own, so
    // an end near the archive's time proves nothing; an end without a row that was long before it is one that left
    // nothing behind.
    private static final String OPEN_STOPS = """
            SELECT i.organization_id, i.agent_id, i.external_user_id, i.version,
                   coalesce(i.crossing_entry_seq, i.decided_entry_seq) AS crossing_seq, i.window_start
              FROM ledger_closing c
              JOIN incident i
                ON i.organization_id = c.organization_id
               AND coalesce(i.crossing_entry_seq, i.decided_entry_seq) < c.last_seq
              LEFT JOIN archived_overshoot a
                ON a.organization_id = i.organization_id AND a.agent_id = i.agent_id
               AND a.external_user_id = i.external_user_id AND a.version = i.version AND a.month = c.month
             WHERE c.month = :month AND c.archived_at IS NOT NULL
               AND (a.organization_id IS NOT NULL
                    OR i.stopped_at < c.archived_at - interval '1 hour'
                       AND (i.resumed_at IS NULL OR i.resumed_at > c.archived_at + interval '1 hour'))
            """;

    private static final String KEPT = """
            SELECT organization_id, agent_id, external_user_id, version, overshoot_entries, overshoot_nanos
              FROM archived_overshoot WHERE month = :month
            """;

    private final JdbcClient jdbc;

    JdbcArchivedOvershoots(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    /** The stops whose overshoot may have left with {@code month}, by organization. */
    Map<Long, List<OpenStop>> openStops(YearMonth month) {
        Map<Long, List<OpenStop>> stops = new HashMap<>();
        jdbc.sql(OPEN_STOPS)
                .param("month", Date.valueOf(month.atDay(1)))
                .query((row, number) -> new OpenStop(
                        stop(row), row.getLong("crossing_seq"), row.getObject("window_start", LocalDate.class)))
                .list()
                .forEach(open -> stops.computeIfAbsent(open.stop().organization(), key -> new ArrayList<>())
                        .add(open));
        return stops;
    }

    Map<Stop, Spent> kept(YearMonth month) {
        Map<Stop, Spent> kept = new HashMap<>();
        jdbc.sql(KEPT).param("month", Date.valueOf(month.atDay(1))).query(row -> {
            kept.put(stop(row), new Spent(row.getLong("overshoot_nanos"), row.getLong("overshoot_entries")));
        });
        return kept;
    }

    private static Stop stop(ResultSet row) throws SQLException {
        return new Stop(
                row.getLong("organization_id"),
                row.getLong("agent_id"),
                row.getLong("external_user_id"),
                row.getLong("version"));
    }

    /** The key of an incident: 0 for all agents or external users, -1 for calls without a user. */
    record Stop(long organization, long agent, long externalUser, long version) {}

    /**
     * An incident that was open when a month left.
     *
     * @param crossingSeq the entry that reached the limit, or the last before the decision
     * @param windowStart of the month that a budget counts; null for the credits
     */
    record OpenStop(Stop stop, long crossingSeq, @Nullable LocalDate windowStart) {

        private static final long ALL = 0;
        private static final long ANONYMOUS = -1;

        /** Whether a usage entry of the organization is of this overshoot, as the view {@code incident_usage} decides. */
        boolean covers(ArchivedEntry entry, LocalDate firstOfMonth) {
            return entry.seq() > crossingSeq
                    && (stop.agent() == ALL || Long.valueOf(stop.agent()).equals(entry.agent()))
                    && coversUser(entry.externalUser())
                    && (windowStart == null || windowStart.equals(firstOfMonth));
        }

        private boolean coversUser(@Nullable Long user) {
            if (stop.externalUser() == ALL) {
                return true;
            }
            return stop.externalUser() == ANONYMOUS
                    ? user == null
                    : Long.valueOf(stop.externalUser()).equals(user);
        }
    }
}
