package dev.aicredits.archive;

import static dev.aicredits.ledger.JdbcTimes.utc;

import dev.aicredits.ledger.JdbcDailyTotals;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The database's side of an archive, as the owner of the schema. Each change is one transaction, with its audit record, and safe to
 * repeat.
 */
final class JdbcArchive {

    // Any number that no other lock of ours has: one process at a time archives or restores.
    private static final long LOCK = 4_901_174_503L;

    private static final int VALID_SECONDS = 5;

    private static final String LOCK_LOST =
            "the connection that held the archive's lock is lost, so another process may archive:"
                    + " nothing was changed without it. Run it again";

    // A month ends before the first entry that was booked after it, so that what is archived has no gap. Whoever has no
    // entry after the closing before, or has a closing of the month or a later one, has nothing to close.
    private static final String OPEN_STRETCHES = """
            SELECT b.organization_id, o.public_id, coalesce(c.last_seq, 0) + 1 AS first_seq,
                   coalesce(n.entry_seq - 1, b.entry_seq) AS last_seq,
                   coalesce(c.closing_balance_nanos, 0) AS opening_balance_nanos
              FROM organization_balance b
              JOIN organization o ON o.organization_id = b.organization_id
              LEFT JOIN LATERAL (SELECT last_seq, closing_balance_nanos, month FROM ledger_closing
                                  WHERE organization_id = b.organization_id ORDER BY last_seq DESC LIMIT 1) c ON true
              LEFT JOIN LATERAL (SELECT entry_seq FROM ledger_entry
                                  WHERE organization_id = b.organization_id AND entry_seq > coalesce(c.last_seq, 0)
                                    AND booked_at >= :end
                                  ORDER BY entry_seq LIMIT 1) n ON true
             WHERE coalesce(n.entry_seq - 1, b.entry_seq) > coalesce(c.last_seq, 0)
               AND (c.month IS NULL OR c.month < :month)
             ORDER BY b.organization_id
            """;

    private static final String FIGURES = """
            SELECT count(*) AS entries, count(*) FILTER (WHERE entry_kind = 1) AS usage_entries,
                   coalesce(sum(amount_nanos) FILTER (WHERE entry_kind = 1), 0)::bigint AS usage_nanos,
                   coalesce(sum(amount_nanos), 0)::bigint AS moved_nanos,
                   max(occurred_at) FILTER (WHERE entry_kind = 1) AS last_usage_at
              FROM ledger_entry
             WHERE organization_id = :organization AND entry_seq BETWEEN :first AND :last
            """;

    // Deciders of the organization take turns at this row: none opens an incident by an entry that is leaving.
    private static final String LOCK_INCIDENTS = """
            SELECT organization_id FROM enforcement
             WHERE organization_id = :organization AND agent_id = 0 AND external_user_id = 0
               FOR UPDATE
            """;

    private static final String KEEP_OVERSHOOTS = """
            INSERT INTO archived_overshoot (organization_id, month, agent_id, external_user_id, version,
                                            overshoot_entries, overshoot_nanos)
            SELECT u.organization_id, :month, u.agent_id, u.external_user_id, u.version, count(*), sum(u.spent_nanos)
              FROM incident_usage u
             WHERE u.organization_id = :organization AND u.entry_seq BETWEEN :first AND :last AND u.resumed_at IS NULL
             GROUP BY u.organization_id, u.agent_id, u.external_user_id, u.version
            """;

    private static final String KEEP_SPENDS = """
            INSERT INTO archived_spend (organization_id, month, agent_id, external_user_id, product_id, window_start,
                                        spent_nanos, entry_count)
            SELECT e.organization_id, :month, e.agent_id, l.external_user_id, l.product_id, l.window_start,
                   -sum(e.amount_nanos), count(*)
              FROM ledger_entry e
             CROSS JOIN LATERAL (
                   SELECT (e.occurred_at AT TIME ZONE 'UTC')::date AS day,
                          date_trunc('month', e.occurred_at AT TIME ZONE 'UTC')::date AS first_day) d
             CROSS JOIN LATERAL (
                   VALUES (0::bigint, 0, d.first_day), (coalesce(e.external_user_id, -1), 0, d.first_day),
                          (0::bigint, e.product_id, d.day)) AS l (external_user_id, product_id, window_start)
             WHERE e.organization_id = :organization AND e.entry_seq BETWEEN :first AND :last AND e.entry_kind = 1
             GROUP BY e.organization_id, e.agent_id, l.external_user_id, l.product_id, l.window_start
            """;

    private static final String REMOVE = """
            WITH gone AS (
                DELETE FROM ledger_entry
                 WHERE organization_id = :organization AND entry_seq BETWEEN :first AND :last AND entry_kind = 1
                RETURNING amount_nanos)
            SELECT count(*) AS entries, coalesce(sum(amount_nanos), 0)::bigint AS nanos FROM gone
            """;

    /** A stretch of an organization's sequence that no closing has yet. */
    record Stretch(long organizationId, String publicId, long firstSeq, long lastSeq, long openingBalanceNanos) {}

    private record Figures(
            long entries,
            long usageEntries,
            long usageNanos,
            long movedNanos,
            @Nullable OffsetDateTime lastUsageAt) {}

    private record Removed(long entries, long nanos) {}

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final ArchiveLog log;
    private final JdbcDailyTotals dailyTotals;
    private final JdbcMonthRestore restore;
    private final Clock clock;

    JdbcArchive(DataSource owner, Clock clock) {
        this.jdbc = JdbcClient.create(owner);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(owner));
        this.log = new ArchiveLog(owner, clock);
        this.dailyTotals = new JdbcDailyTotals(owner);
        this.restore = new JdbcMonthRestore(owner, log);
        this.clock = clock;
    }

    /**
     * Hands on what may change something, while no other process archives or restores. It works in the session that holds the lock:
     * if that is lost, and the lock with it, no change after it commits.
     *
     * @throws ArchiveRefusedException if another has the lock, or it was lost
     */
    static void alone(DataSource owner, Clock clock, Consumer<JdbcArchive> work) {
        new JdbcTemplate(owner).execute((ConnectionCallback<Boolean>) connection -> {
            if (!called(connection, "SELECT pg_try_advisory_lock(?)")) {
                throw new ArchiveRefusedException("another process is archiving or restoring");
            }
            try {
                work.accept(new JdbcArchive(new SingleConnectionDataSource(connection, true), clock));
            } catch (DataAccessException | TransactionException e) {
                throw connection.isValid(VALID_SECONDS) ? e : new ArchiveRefusedException(LOCK_LOST, e);
            } finally {
                // A pooled connection would keep it.
                if (connection.isValid(VALID_SECONDS)) {
                    called(connection, "SELECT pg_advisory_unlock(?)");
                }
            }
            return true;
        });
    }

    private static boolean called(Connection connection, String lockFunction) throws SQLException {
        try (PreparedStatement call = connection.prepareStatement(lockFunction)) {
            call.setLong(1, LOCK);
            try (ResultSet row = call.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** By the database's clock. */
    static Instant now(DataSource dataSource) {
        return JdbcClient.create(dataSource)
                .sql("SELECT clock_timestamp()")
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
    }

    /** The month to begin with: of a closing whose entries are still here, else of the oldest entry that has no closing. */
    Optional<YearMonth> firstMonth() {
        Optional<LocalDate> pending = jdbc.sql("SELECT min(month) FROM ledger_closing WHERE archived_at IS NULL")
                .query((row, number) -> Optional.ofNullable(row.getObject(1, LocalDate.class)))
                .single();
        if (pending.isPresent()) {
            return pending.map(YearMonth::from);
        }
        return jdbc.sql("""
                        SELECT min(e.booked_at)
                          FROM organization_balance b
                          JOIN ledger_entry e ON e.organization_id = b.organization_id
                           AND e.entry_seq = 1 + coalesce((SELECT max(c.last_seq) FROM ledger_closing c
                                                            WHERE c.organization_id = b.organization_id), 0)
                        """)
                .query((row, number) -> Optional.ofNullable(row.getObject(1, OffsetDateTime.class)))
                .single()
                .map(first -> YearMonth.from(first.withOffsetSameInstant(ZoneOffset.UTC)));
    }

    /** What each organization booked before the end of the month and no closing has. */
    List<Stretch> openStretches(YearMonth month) {
        return jdbc.sql(OPEN_STRETCHES)
                .param("month", Date.valueOf(month.atDay(1)))
                .param("end", utc(end(month)))
                .query(Stretch.class)
                .list();
    }

    /** What closing a stretch would write down. Entries are immutable, so it stays true. */
    Closing closing(Stretch stretch, YearMonth month) {
        Figures figures = jdbc.sql(FIGURES)
                .param("organization", stretch.organizationId())
                .param("first", stretch.firstSeq())
                .param("last", stretch.lastSeq())
                .query(Figures.class)
                .single();
        Instant end = end(month);
        OffsetDateTime lastUsage = figures.lastUsageAt();
        // Clocks differ: what was booked in the month may have occurred a little after it.
        Instant afterLast = lastUsage == null ? end : lastUsage.toInstant().plus(1, ChronoUnit.MICROS);
        if (figures.entries() != stretch.lastSeq() - stretch.firstSeq() + 1) {
            throw new DamagedArchiveException(stretch.publicId() + ": " + figures.entries() + " entries from "
                    + stretch.firstSeq() + " to " + stretch.lastSeq() + ". Run the audit");
        }
        return new Closing(
                stretch.organizationId(),
                stretch.publicId(),
                month.atDay(1),
                stretch.firstSeq(),
                stretch.lastSeq(),
                stretch.openingBalanceNanos(),
                Math.addExact(stretch.openingBalanceNanos(), figures.movedNanos()),
                figures.usageEntries(),
                figures.usageNanos(),
                afterLast.isAfter(end) ? afterLast : end);
    }

    /** Writes a closing down. From here on the ledger refuses usage from before it, as bookings look under the balance's lock. */
    void close(Closing closing) {
        transaction.executeWithoutResult(status -> {
            jdbc.sql("SELECT entry_seq FROM organization_balance WHERE organization_id = :organization FOR UPDATE")
                    .param("organization", closing.organization())
                    .query(Long.class)
                    .single();
            jdbc.sql("""
                            INSERT INTO ledger_closing (organization_id, month, first_seq, last_seq,
                                opening_balance_nanos, closing_balance_nanos, usage_entries, usage_nanos,
                                closed_before, closed_at)
                            VALUES (:organization, :month, :first, :last, :opening, :closing, :entries, :nanos, :before, :now)
                            """)
                    .param("organization", closing.organization())
                    .param("month", Date.valueOf(closing.month()))
                    .param("first", closing.firstSeq())
                    .param("last", closing.lastSeq())
                    .param("opening", closing.openingBalanceNanos())
                    .param("closing", closing.closingBalanceNanos())
                    .param("entries", closing.usageEntries())
                    .param("nanos", closing.usageNanos())
                    .param("before", utc(closing.closedBefore()))
                    .param("now", utc(clock.instant()))
                    .update();
        });
    }

    /**
     * Removes a closing's usage from the ledger, keeps what it was of the totals and of open incidents' overshoots, and puts the
     * closing balance in its place. What is not in the daily totals yet is added to them first. Does nothing if that was done.
     *
     * @param fileSha256 of the file that was verified
     */
    void archive(Closing closing, String fileSha256) {
        Date month = Date.valueOf(closing.month());
        // It stays true, as progress never goes back.
        dailyTotals.addAll(closing.organization());
        transaction.executeWithoutResult(status -> {
            int taken = jdbc.sql("""
                            UPDATE ledger_closing SET archived_at = :now, file_sha256 = :sha256
                             WHERE organization_id = :organization AND month = :month AND archived_at IS NULL
                            """)
                    .param("now", utc(clock.instant()))
                    .param("sha256", HexFormat.of().parseHex(fileSha256))
                    .param("organization", closing.organization())
                    .param("month", month)
                    .update();
            if (taken == 0) {
                return;
            }
            jdbc.sql(LOCK_INCIDENTS)
                    .param("organization", closing.organization())
                    .query(Long.class)
                    .optional();
            for (String keep : List.of(KEEP_SPENDS, KEEP_OVERSHOOTS)) {
                jdbc.sql(keep)
                        .param("month", month)
                        .param("organization", closing.organization())
                        .param("first", closing.firstSeq())
                        .param("last", closing.lastSeq())
                        .update();
            }
            Removed removed = jdbc.sql(REMOVE)
                    .param("organization", closing.organization())
                    .param("first", closing.firstSeq())
                    .param("last", closing.lastSeq())
                    .query(Removed.class)
                    .single();
            if (removed.entries() != closing.usageEntries() || removed.nanos() != closing.usageNanos()) {
                throw new DamagedArchiveException(closing.organizationId() + ": removing " + removed.entries()
                        + " entries of " + removed.nanos() + ", not " + closing.usageEntries() + " of "
                        + closing.usageNanos() + ". Run the audit");
            }
            log.add("ledger_month_archived", closing, fileSha256);
        });
    }

    /** Undoes the archiving of a month, in one transaction; see {@link JdbcMonthRestore}. */
    void restore(YearMonth month, List<LedgerClosing> closings, ArchiveFolder.Entries entries) {
        restore.restore(month, closings, entries);
    }

    static Instant end(YearMonth month) {
        return month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
