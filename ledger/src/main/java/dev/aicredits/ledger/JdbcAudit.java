package dev.aicredits.ledger;

import dev.aicredits.ledger.AuditFinding.Kind;
import dev.aicredits.ratecard.JdbcRateCards;
import dev.aicredits.rating.Rating;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Recomputes every balance, sequence, spend and amount from the entries, and what is held from the open holds, and reports
 * each difference.
 *
 * <p>Reads one snapshot, so it may run while bookings go on. It changes nothing. Its cost grows with the ledger: about
 * a minute for ten million entries. Of months that left the ledger it takes what their closings say.
 */
public final class JdbcAudit {

    /** Before every organization's key. */
    public static final long START = Long.MIN_VALUE;

    private static final int FETCH_ROWS = 5_000;

    // Where the entries that are in the ledger begin: after the last month that left it.
    private static final String CHAIN = """
            WITH archived AS (
                SELECT DISTINCT ON (organization_id) organization_id, last_seq, closing_balance_nanos
                  FROM ledger_closing
                 WHERE archived_at IS NOT NULL AND organization_id BETWEEN :first AND :last
                 ORDER BY organization_id, last_seq DESC)
            SELECT coalesce(o.public_id, '#' || c.organization_id) AS public_id, c.entry_seq, c.kind, c.expected, c.found
              FROM (SELECT organization_id, entry_seq,
                           unnest(ARRAY['SEQUENCE', 'BALANCE_AFTER']) AS kind,
                           unnest(ARRAY[previous_seq + 1, previous_balance + amount_nanos]) AS expected,
                           unnest(ARRAY[entry_seq::numeric, balance_after_nanos::numeric]) AS found
                      FROM (SELECT organization_id, entry_seq, amount_nanos, balance_after_nanos,
                                   coalesce(lag(entry_seq) OVER w, last_seq, 0)::numeric AS previous_seq,
                                   coalesce(lag(balance_after_nanos) OVER w, closing_balance_nanos, 0)::numeric
                                       AS previous_balance
                              FROM ledger_entry
                              LEFT JOIN archived USING (organization_id)
                             WHERE organization_id BETWEEN :first AND :last AND entry_seq > coalesce(last_seq, 0)
                            WINDOW w AS (PARTITION BY organization_id ORDER BY entry_seq)) e
                     WHERE entry_seq <> previous_seq + 1
                        OR balance_after_nanos <> previous_balance + amount_nanos) c
              LEFT JOIN organization o USING (organization_id)
             WHERE c.expected <> c.found
             ORDER BY c.organization_id, c.entry_seq, c.kind DESC
            """;

    private static final String BALANCES = """
            SELECT coalesce(o.public_id, '#' || organization_id) AS public_id, coalesce(e.total, 0) AS total,
                   b.balance_nanos, coalesce(e.entries, 0) AS entries, b.entry_seq
              FROM (SELECT * FROM organization WHERE organization_id BETWEEN :first AND :last) o
              FULL JOIN (SELECT organization_id, sum(total) AS total, sum(entries) AS entries
                           FROM (SELECT organization_id, sum(amount_nanos::numeric) AS total, count(*) AS entries
                                   FROM ledger_entry WHERE organization_id BETWEEN :first AND :last
                                  GROUP BY organization_id
                                 UNION ALL
                                 SELECT organization_id, usage_nanos, usage_entries
                                   FROM ledger_closing
                                  WHERE archived_at IS NOT NULL AND organization_id BETWEEN :first AND :last) a
                          GROUP BY organization_id) e USING (organization_id)
              LEFT JOIN organization_balance b USING (organization_id)
             WHERE b.balance_nanos IS DISTINCT FROM coalesce(e.total, 0)
                OR b.entry_seq IS DISTINCT FROM coalesce(e.entries, 0)
             ORDER BY public_id
            """;

    // A closing begins where the one before ended. Of one that left, what stayed in the ledger and what left lead from
    // its opening to its closing balance, and no usage is left.
    private static final String CLOSINGS = """
            SELECT coalesce(o.public_id, '#' || c.organization_id) AS public_id, c.month, v.part, v.expected, v.found
              FROM (SELECT c.*, coalesce(lag(c.last_seq) OVER w, 0) + 1 AS expected_seq,
                           coalesce(lag(c.closing_balance_nanos) OVER w, 0) AS expected_balance
                      FROM ledger_closing c
                     WHERE c.organization_id BETWEEN :first AND :last
                    WINDOW w AS (PARTITION BY c.organization_id ORDER BY c.last_seq)) c
             CROSS JOIN LATERAL (
                   SELECT coalesce(sum(e.amount_nanos::numeric) FILTER (WHERE e.entry_kind <> 1), 0) AS kept_nanos,
                          count(*) FILTER (WHERE e.entry_kind <> 1) AS kept,
                          count(*) FILTER (WHERE e.entry_kind = 1) AS usage
                     FROM ledger_entry e
                    WHERE c.archived_at IS NOT NULL AND e.organization_id = c.organization_id
                      AND e.entry_seq BETWEEN c.first_seq AND c.last_seq) e
             CROSS JOIN LATERAL (
                   VALUES ('first_seq', c.expected_seq::numeric, c.first_seq::numeric),
                          ('opening balance', c.expected_balance, c.opening_balance_nanos),
                          ('closing balance', c.opening_balance_nanos::numeric + c.usage_nanos + e.kept_nanos,
                           CASE WHEN c.archived_at IS NULL THEN c.opening_balance_nanos::numeric + c.usage_nanos
                                ELSE c.closing_balance_nanos END),
                          ('entries that stay', CASE WHEN c.archived_at IS NULL THEN 0
                                                     ELSE c.last_seq - c.first_seq + 1 - c.usage_entries END, e.kept),
                          ('usage in the ledger', 0, e.usage)) AS v (part, expected, found)
              LEFT JOIN organization o ON o.organization_id = c.organization_id
             WHERE v.expected <> v.found
             ORDER BY public_id, c.month, v.part
            """;

    private static final String AGENT_SPENDS = """
            SELECT coalesce(o.public_id, '#' || organization_id) AS public_id, agent_id, window_start,
                   coalesce(e.nanos, 0) AS nanos,
                   coalesce(e.entries, 0) AS entries, coalesce(e.anonymous_nanos, 0) AS anonymous_nanos,
                   coalesce(e.anonymous_entries, 0) AS anonymous_entries, s.spent_nanos, s.entry_count,
                   s.anonymous_nanos AS anonymous_spent_nanos, s.anonymous_entry_count
              FROM (SELECT * FROM agent_spend WHERE organization_id BETWEEN :first AND :last) s
              FULL JOIN (SELECT organization_id, agent_id, window_start, sum(nanos) AS nanos, sum(entries) AS entries,
                                sum(anonymous_nanos) AS anonymous_nanos, sum(anonymous_entries) AS anonymous_entries
                           FROM (SELECT organization_id, agent_id,
                                        date_trunc('month', occurred_at AT TIME ZONE 'UTC')::date AS window_start,
                                        -sum(amount_nanos::numeric) AS nanos, count(*) AS entries,
                                        -coalesce(sum(amount_nanos::numeric) FILTER (WHERE external_user_id IS NULL), 0)
                                            AS anonymous_nanos,
                                        count(*) FILTER (WHERE external_user_id IS NULL) AS anonymous_entries
                                   FROM ledger_entry
                                  WHERE entry_kind = 1 AND organization_id BETWEEN :first AND :last
                                  GROUP BY organization_id, agent_id, window_start
                                 UNION ALL
                                 SELECT organization_id, agent_id, window_start,
                                        CASE external_user_id WHEN 0 THEN spent_nanos ELSE 0 END,
                                        CASE external_user_id WHEN 0 THEN entry_count ELSE 0 END,
                                        CASE external_user_id WHEN -1 THEN spent_nanos ELSE 0 END,
                                        CASE external_user_id WHEN -1 THEN entry_count ELSE 0 END
                                   FROM archived_spend
                                  WHERE product_id = 0 AND external_user_id IN (0, -1)
                                    AND organization_id BETWEEN :first AND :last) a
                          GROUP BY organization_id, agent_id, window_start) e
                   USING (organization_id, agent_id, window_start)
              LEFT JOIN organization o USING (organization_id)
             WHERE (s.spent_nanos, s.entry_count, s.anonymous_nanos, s.anonymous_entry_count)
                   IS DISTINCT FROM (e.nanos, e.entries, e.anonymous_nanos, e.anonymous_entries)
             ORDER BY public_id, agent_id, window_start
            """;

    private static final String USER_SPENDS = """
            SELECT coalesce(o.public_id, '#' || organization_id) AS public_id, agent_id, external_user_id,
                   window_start, coalesce(e.nanos, 0) AS nanos,
                   coalesce(e.entries, 0) AS entries, s.spent_nanos, s.entry_count
              FROM (SELECT * FROM external_user_spend WHERE organization_id BETWEEN :first AND :last) s
              FULL JOIN (SELECT organization_id, agent_id, external_user_id, window_start, sum(nanos) AS nanos,
                                sum(entries) AS entries
                           FROM (SELECT organization_id, agent_id, external_user_id,
                                        date_trunc('month', occurred_at AT TIME ZONE 'UTC')::date AS window_start,
                                        -sum(amount_nanos::numeric) AS nanos, count(*) AS entries
                                   FROM ledger_entry
                                  WHERE entry_kind = 1 AND external_user_id IS NOT NULL
                                    AND organization_id BETWEEN :first AND :last
                                  GROUP BY organization_id, agent_id, external_user_id, window_start
                                 UNION ALL
                                 SELECT organization_id, agent_id, external_user_id, window_start, spent_nanos, entry_count
                                   FROM archived_spend
                                  WHERE product_id = 0 AND external_user_id > 0
                                    AND organization_id BETWEEN :first AND :last) a
                          GROUP BY organization_id, agent_id, external_user_id, window_start) e
                   USING (organization_id, agent_id, external_user_id, window_start)
              LEFT JOIN organization o USING (organization_id)
             WHERE (s.spent_nanos, s.entry_count) IS DISTINCT FROM (e.nanos, e.entries)
             ORDER BY public_id, agent_id, external_user_id, window_start
            """;

    // An open hold holds of three layers: the organization's, the agent's, and the external user's or the anonymous
    // one.
    private static final String HELD = """
            SELECT coalesce(o.public_id, '#' || organization_id) AS public_id, agent_id, external_user_id,
                   coalesce(e.nanos, 0) AS nanos, coalesce(h.held_nanos, 0) AS held_nanos,
                   coalesce(e.holds, 0) AS holds, coalesce(h.hold_count, 0) AS hold_count
              FROM (SELECT * FROM held WHERE organization_id BETWEEN :first AND :last) h
              FULL JOIN (SELECT d.organization_id, l.agent_id, l.external_user_id,
                                sum((d.amount_nanos - d.captured_nanos)::numeric) AS nanos, count(*) AS holds
                           FROM hold d
                          CROSS JOIN LATERAL (VALUES (0, 0), (d.agent_id, 0),
                                                     (d.agent_id, coalesce(d.external_user_id, -1)))
                                             AS l (agent_id, external_user_id)
                          WHERE d.state = 'open' AND d.organization_id BETWEEN :first AND :last
                          GROUP BY d.organization_id, l.agent_id, l.external_user_id) e
                   USING (organization_id, agent_id, external_user_id)
              LEFT JOIN organization o USING (organization_id)
             WHERE (coalesce(h.held_nanos, 0), coalesce(h.hold_count, 0))
                   IS DISTINCT FROM (coalesce(e.nanos, 0), coalesce(e.holds, 0))
             ORDER BY public_id, agent_id, external_user_id
            """;

    // The entries that were added to them; what was booked since is read from the ledger itself.
    private static final String DAILY_SPENDS = """
            SELECT coalesce(o.public_id, '#' || organization_id) AS public_id, agent_id, product_id, day,
                   coalesce(e.nanos, 0) AS nanos, coalesce(e.entries, 0) AS entries, s.spent_nanos, s.entry_count
              FROM (SELECT * FROM agent_daily_total WHERE organization_id BETWEEN :first AND :last) s
              FULL JOIN (SELECT organization_id, agent_id, product_id, day, sum(nanos) AS nanos, sum(entries) AS entries
                           FROM (SELECT organization_id, agent_id, product_id,
                                        (occurred_at AT TIME ZONE 'UTC')::date AS day,
                                        -sum(amount_nanos::numeric) AS nanos, count(*) AS entries
                                   FROM ledger_entry e
                                   JOIN daily_total_progress p USING (organization_id)
                                  WHERE e.entry_kind = 1 AND organization_id BETWEEN :first AND :last
                                    AND e.entry_seq <= p.entry_seq
                                  GROUP BY organization_id, agent_id, product_id, day
                                 UNION ALL
                                 SELECT organization_id, agent_id, product_id, window_start, spent_nanos, entry_count
                                   FROM archived_spend
                                  WHERE product_id <> 0 AND organization_id BETWEEN :first AND :last) a
                          GROUP BY organization_id, agent_id, product_id, day) e
                   USING (organization_id, agent_id, product_id, day)
              LEFT JOIN organization o USING (organization_id)
             WHERE (s.spent_nanos, s.entry_count) IS DISTINCT FROM (e.nanos, e.entries)
             ORDER BY public_id, agent_id, day, product_id
            """;

    // Of entries that it claims and that are not there, those that come in their place would be missing.
    private static final String DAILY_PROGRESS = """
            SELECT coalesce(o.public_id, '#' || organization_id) AS public_id, b.entry_seq AS booked,
                   p.entry_seq AS added
              FROM daily_total_progress p
              JOIN organization_balance b USING (organization_id)
              LEFT JOIN organization o USING (organization_id)
             WHERE organization_id BETWEEN :first AND :last AND p.entry_seq > b.entry_seq
             ORDER BY public_id
            """;

    private static final String RATED_ENTRIES = """
            SELECT coalesce(o.public_id, '#' || organization_id) AS public_id, e.entry_seq, e.amount_nanos,
                   e.rate_card_version, p.usage_kind, p.provider, p.model, p.unit, e.input_tokens, e.cached_input_tokens, e.cache_creation_input_tokens, e.output_tokens,
                   e.quantity
              FROM ledger_entry e
              LEFT JOIN organization o USING (organization_id)
              LEFT JOIN product p USING (product_id)
             WHERE e.entry_kind = 1 AND e.rate_card_version IS NOT NULL
               AND e.organization_id BETWEEN :first AND :last
            """;

    // Any number that no other lock of ours has: one process at a time audits a part.
    private static final String LOCK = "SELECT pg_try_advisory_xact_lock(4901174502)";

    private static final String NEXT = """
            SELECT organization_id, coalesce(b.entry_seq, 0) AS entries
              FROM organization
              LEFT JOIN organization_balance b USING (organization_id)
             WHERE organization_id > :after
             ORDER BY organization_id
             LIMIT :max
            """;

    /**
     * A part of a round through all organizations, which are walked by key.
     *
     * @param lastKey the last key that was looked at: where the next part goes on
     * @param organizations how many have been looked at
     * @param isLast whether nothing comes after it
     */
    public record Part(List<AuditFinding> findings, long lastKey, int organizations, boolean isLast) {}

    private record Next(long key, long entries) {}

    private final DataSource dataSource;

    /** Works on {@code dataSource}, under any role that reads the tables. */
    public JdbcAudit(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Every difference there is; none if the ledger is right. */
    public List<AuditFinding> run() {
        return Objects.requireNonNull(snapshot(jdbc -> findings(jdbc, START, Long.MAX_VALUE)));
    }

    /**
     * Every difference of the next organizations after a key, in a snapshot of their own, so that a round of parts finds
     * what {@link #run} finds of a ledger that stands still. Empty while another process audits a part.
     *
     * @param after the {@link Part#lastKey} of the part before, {@link #START} for the first
     * @param organizationsMax the most organizations
     * @param entriesMax the most entries that they have together, unless the first of them has more
     */
    public Optional<Part> runPart(long after, int organizationsMax, long entriesMax) {
        return Optional.ofNullable(snapshot(jdbc -> {
            if (!Boolean.TRUE.equals(jdbc.getJdbcOperations().queryForObject(LOCK, Boolean.class))) {
                return null;
            }
            List<Next> next = jdbc.query(
                    NEXT,
                    Map.of("after", after, "max", organizationsMax + 1),
                    (row, number) -> new Next(row.getLong("organization_id"), row.getLong("entries")));
            int taken = fitting(next, organizationsMax, entriesMax);
            boolean isLast = taken == next.size();
            // The last part goes on to the end: entries may have no organization.
            long last = isLast ? Long.MAX_VALUE : next.get(taken - 1).key();
            return new Part(findings(jdbc, after + 1, last), last, taken, isLast);
        }));
    }

    private static int fitting(List<Next> next, int organizationsMax, long entriesMax) {
        int taken = 0;
        long entries = 0;
        while (taken < Math.min(next.size(), organizationsMax)) {
            entries += next.get(taken).entries();
            if (taken > 0 && entries > entriesMax) {
                break;
            }
            taken++;
        }
        return taken;
    }

    private <T> @Nullable T snapshot(Function<NamedParameterJdbcTemplate, @Nullable T> look) {
        JdbcTemplate template = new JdbcTemplate(dataSource);
        template.setFetchSize(FETCH_ROWS);
        TransactionTemplate snapshot = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        snapshot.setReadOnly(true);
        return snapshot.execute(status -> look.apply(new NamedParameterJdbcTemplate(template)));
    }

    private List<AuditFinding> findings(NamedParameterJdbcTemplate jdbc, long first, long last) {
        Map<String, Long> range = Map.of("first", first, "last", last);
        // In the snapshot too: a version that is published meanwhile must not be missing for its entries.
        Rating rating = new JdbcRateCards(dataSource).load();
        List<AuditFinding> findings = new ArrayList<>();
        jdbc.query(CHAIN, range, row -> {
            findings.add(new AuditFinding(
                    Kind.valueOf(row.getString("kind")),
                    organization(row),
                    "entry " + row.getLong("entry_seq"),
                    row.getString("expected"),
                    row.getString("found")));
        });
        jdbc.query(CLOSINGS, range, row -> {
            String closing = row.getString("month") + ", " + row.getString("part");
            addIfDifferent(findings, Kind.CLOSING, row, closing, "expected", "found");
        });
        jdbc.query(BALANCES, range, row -> {
            addIfDifferent(findings, Kind.BALANCE, row, "balance", "total", "balance_nanos");
            addIfDifferent(findings, Kind.ENTRY_COUNT, row, "entry_seq", "entries", "entry_seq");
        });
        jdbc.query(AGENT_SPENDS, range, row -> {
            String agent = "agent " + row.getLong("agent_id") + ", " + row.getString("window_start");
            addIfDifferent(findings, Kind.AGENT_SPEND, row, agent, "nanos", "spent_nanos");
            addIfDifferent(findings, Kind.AGENT_SPEND, row, agent + ", entries", "entries", "entry_count");
            String anonymous = agent + ", anonymous";
            addIfDifferent(findings, Kind.AGENT_SPEND, row, anonymous, "anonymous_nanos", "anonymous_spent_nanos");
            addIfDifferent(
                    findings,
                    Kind.AGENT_SPEND,
                    row,
                    anonymous + " entries",
                    "anonymous_entries",
                    "anonymous_entry_count");
        });
        jdbc.query(USER_SPENDS, range, row -> {
            String user = "agent " + row.getLong("agent_id") + ", external user " + row.getLong("external_user_id")
                    + ", " + row.getString("window_start");
            addIfDifferent(findings, Kind.EXTERNAL_USER_SPEND, row, user, "nanos", "spent_nanos");
            addIfDifferent(findings, Kind.EXTERNAL_USER_SPEND, row, user + ", entries", "entries", "entry_count");
        });
        jdbc.query(HELD, range, row -> {
            String layer = "agent " + row.getLong("agent_id") + ", external user " + row.getLong("external_user_id");
            addIfDifferent(findings, Kind.HELD, row, layer, "nanos", "held_nanos");
            addIfDifferent(findings, Kind.HELD, row, layer + ", holds", "holds", "hold_count");
        });
        jdbc.query(DAILY_SPENDS, range, row -> {
            String day = "agent " + row.getLong("agent_id") + ", product " + row.getInt("product_id") + ", "
                    + row.getString("day");
            addIfDifferent(findings, Kind.AGENT_DAILY_SPEND, row, day, "nanos", "spent_nanos");
            addIfDifferent(findings, Kind.AGENT_DAILY_SPEND, row, day + ", entries", "entries", "entry_count");
        });
        jdbc.query(DAILY_PROGRESS, range, row -> {
            addIfDifferent(findings, Kind.AGENT_DAILY_SPEND, row, "entries added at most", "booked", "added");
        });
        jdbc.query(RATED_ENTRIES, range, row -> {
            addAmount(findings, rating, row);
        });
        return List.copyOf(findings);
    }

    private static void addIfDifferent(
            List<AuditFinding> findings, Kind kind, ResultSet row, String subject, String expected, String found)
            throws SQLException {
        String expects = row.getString(expected);
        String finds = row.getString(found);
        if (!Objects.equals(expects, finds)) {
            findings.add(new AuditFinding(kind, organization(row), subject, expects, String.valueOf(finds)));
        }
    }

    private static void addAmount(List<AuditFinding> findings, Rating rating, ResultSet row) throws SQLException {
        String expected = expectedAmount(rating, row);
        String found = row.getString("amount_nanos");
        if (!expected.equals(found)) {
            findings.add(new AuditFinding(
                    Kind.AMOUNT, organization(row), "entry " + row.getLong("entry_seq"), expected, found));
        }
    }

    private static String expectedAmount(Rating rating, ResultSet row) throws SQLException {
        String kind = row.getString("usage_kind");
        BilledUsage.Product product = kind == null
                ? null
                : new BilledUsage.Product(
                        kind, row.getString("provider"), row.getString("model"), row.getString("unit"));
        return new BilledUsage(
                        product,
                        row.getInt("rate_card_version"),
                        row.getInt("input_tokens"),
                        row.getInt("cached_input_tokens"),
                        row.getInt("cache_creation_input_tokens"),
                        row.getInt("output_tokens"),
                        row.getInt("quantity"))
                .expectedAmount(rating);
    }

    private static String organization(ResultSet row) throws SQLException {
        return String.valueOf(row.getString("public_id"));
    }
}
