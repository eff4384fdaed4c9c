package dev.aicredits.credits;

import static dev.aicredits.ledger.JdbcTimes.utc;

import dev.aicredits.credits.LedgerFilter.Side;
import dev.aicredits.money.Usd;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads slices of an organization's ledger. The sequence has no gaps, so a slice between two numbers is bounded work whatever
 * it is filtered by, and a ledger that grows at its end never moves what is below a number.
 */
final class JdbcEntries {

    private static final String COLUMNS = """
            SELECT e.entry_seq, k.name AS entry_kind, e.amount_nanos, e.balance_after_nanos, e.booked_at, e.occurred_at,
                   e.description, a.public_id AS agent_id, u.public_id AS external_user_id, p.usage_kind, p.provider,
                   p.model, e.input_tokens, e.cached_input_tokens, e.cache_creation_input_tokens, e.output_tokens,
                   e.quantity, p.unit, e.rate_card_version, e.checkout_session_id, e.refund_id, e.dispute_id
              FROM (SELECT * FROM ledger_entry e
                     WHERE e.organization_id = :organization AND e.entry_seq < :below AND e.entry_seq >= :floor
            """;

    // The names after the entries are chosen: of all of them, a page has few.
    private static final String NAMES = """
                     ORDER BY e.entry_seq DESC LIMIT %d%s) e
              JOIN entry_kind k ON k.entry_kind = e.entry_kind
              LEFT JOIN agent a ON a.organization_id = e.organization_id AND a.agent_id = e.agent_id
              LEFT JOIN external_user u ON u.organization_id = e.organization_id
                                       AND u.external_user_id = e.external_user_id
              LEFT JOIN product p ON p.product_id = e.product_id
             ORDER BY e.entry_seq DESC
            """;

    // Each step reads one entry by its number, and usage up to the last archived one is not there. booked_at grows with
    // the number but for what clocks differ.
    private static final String FIRST_AT = """
            WITH RECURSIVE search (low, high) AS (
                SELECT :low::bigint, :high::bigint
                UNION ALL
                SELECT CASE WHEN e.booked_at < :time THEN e.entry_seq ELSE s.low END,
                       CASE WHEN e.booked_at < :time THEN s.high ELSE e.entry_seq - 1 END
                  FROM search s
                  JOIN ledger_entry e ON e.organization_id = :organization AND e.entry_seq = (s.low + s.high + 1) / 2
                 WHERE s.low < s.high
            )
            SELECT low + 1 FROM search WHERE low = high
            """;

    private final JdbcClient jdbc;

    JdbcEntries(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    /** The last number of the ledger; 0 if it is empty. */
    long last(long organizationKey) {
        return jdbc.sql("SELECT entry_seq FROM organization_balance WHERE organization_id = :organization")
                .param("organization", organizationKey)
                .query(Long.class)
                .single();
    }

    /** From where to where the ledger goes. */
    LedgerReader.Extent extent(long organizationKey) {
        return jdbc.sql("""
                        SELECT b.entry_seq, c.last_seq, c.month, c.closing_balance_nanos
                          FROM organization_balance b
                          LEFT JOIN LATERAL (
                               SELECT last_seq, month, closing_balance_nanos FROM ledger_closing
                                WHERE organization_id = b.organization_id AND archived_at IS NOT NULL
                                ORDER BY last_seq DESC LIMIT 1) c ON true
                         WHERE b.organization_id = :organization
                        """)
                .param("organization", organizationKey)
                .query((row, number) -> new LedgerReader.Extent(row.getLong("entry_seq"), archived(row)))
                .single();
    }

    private static @Nullable ArchivedPart archived(ResultSet row) throws SQLException {
        Long lastSeq = row.getObject("last_seq", Long.class);
        return lastSeq == null
                ? null
                : new ArchivedPart(
                        lastSeq.toString(),
                        YearMonth.from(row.getObject("month", LocalDate.class)).toString(),
                        usd(row.getLong("closing_balance_nanos")));
    }

    /** The number of the extent's first entry that was booked at {@code time} or later, were all clocks the same. */
    long firstAt(long organizationKey, LedgerReader.Extent extent, Instant time) {
        return jdbc.sql(FIRST_AT)
                .param("organization", organizationKey)
                .param("low", extent.archivedThrough())
                .param("high", extent.last())
                .param("time", utc(time))
                .query(Long.class)
                .single();
    }

    /**
     * Entries with {@code floor <= entry_seq < below} that match, the newest first.
     *
     * @param offset how many of them are left out
     */
    List<Entry> slice(long organizationKey, LedgerFilter filter, long below, long floor, int limit, long offset) {
        // The limit is written out: not knowing it, the planner takes it for a tenth of all there is, and plans each
        // time anew.
        String names = NAMES.formatted(limit, offset == 0 ? "" : " OFFSET :offset");
        return jdbc.sql(COLUMNS + conditions(filter) + names)
                .params(params(organizationKey, filter, below, floor))
                .param("offset", offset)
                .query((row, index) -> entry(row))
                .list();
    }

    /** How many entries in that range match, counted up to {@code max}. */
    long count(long organizationKey, LedgerFilter filter, long below, long floor, long max) {
        return jdbc.sql("""
                        SELECT count(*) FROM (SELECT FROM ledger_entry e
                         WHERE e.organization_id = :organization AND e.entry_seq < :below AND e.entry_seq >= :floor
                        """ + conditions(filter) + " LIMIT :max) matching")
                .params(params(organizationKey, filter, below, floor))
                .param("max", max)
                .query(Long.class)
                .single();
    }

    /**
     * How many entries of an agent, an external user, or both together are in the ledger: from the totals of the months, less what
     * left with archived ones.
     */
    long countOfSpends(long organizationKey, @Nullable Long agentKey, @Nullable Long externalUserKey) {
        String sql = externalUserKey == null ? """
                  SELECT (SELECT coalesce(sum(entry_count), 0) FROM agent_spend
                           WHERE organization_id = :organization AND agent_id = :agent)
                       - (SELECT coalesce(sum(entry_count), 0) FROM archived_spend
                           WHERE organization_id = :organization AND agent_id = :agent
                             AND external_user_id = 0 AND product_id = 0)
                  """ : """
                  SELECT (SELECT coalesce(sum(entry_count), 0) FROM external_user_spend
                           WHERE organization_id = :organization AND external_user_id = :user
                             AND (:agent::bigint IS NULL OR agent_id = :agent))
                       - (SELECT coalesce(sum(entry_count), 0) FROM archived_spend
                           WHERE organization_id = :organization AND external_user_id = :user AND product_id = 0
                             AND (:agent::bigint IS NULL OR agent_id = :agent))
                  """;
        Map<String, @Nullable Object> params = new HashMap<>();
        params.put("organization", organizationKey);
        params.put("agent", agentKey);
        if (externalUserKey != null) {
            params.put("user", externalUserKey);
        }
        return jdbc.sql(sql).params(params).query(Long.class).single();
    }

    /** The compact key of the organization's agent; null if it has no such. */
    @Nullable Long agentKey(long organizationKey, String agentId) {
        return jdbc.sql("SELECT agent_id FROM agent WHERE organization_id = :organization AND public_id = :id")
                .param("organization", organizationKey)
                .param("id", agentId)
                .query(Long.class)
                .optional()
                .orElse(null);
    }

    /** The compact key of the organization's external user; null if it has no such. */
    @Nullable Long externalUserKey(long organizationKey, String externalUserId) {
        return jdbc.sql("""
                        SELECT external_user_id FROM external_user
                         WHERE organization_id = :organization AND public_id = :id
                        """)
                .param("organization", organizationKey)
                .param("id", externalUserId)
                .query(Long.class)
                .optional()
                .orElse(null);
    }

    private static String conditions(LedgerFilter filter) {
        StringBuilder conditions = new StringBuilder();
        if (filter.side() != null || filter.isOfFew()) {
            // Written so, because that is the condition of the index of what is not usage.
            conditions.append(filter.side() == Side.USAGE ? " AND e.entry_kind = 1" : " AND e.entry_kind <> 1");
        }
        if (filter.kind() != null) {
            conditions.append(" AND e.entry_kind = :kind");
        }
        if (filter.agentKey() != null) {
            conditions.append(" AND e.agent_id = :agent");
        }
        if (filter.externalUserKey() != null) {
            conditions.append(" AND e.external_user_id = :user");
        }
        if (filter.from() != null) {
            conditions.append(" AND e.booked_at >= :from");
        }
        if (filter.to() != null) {
            conditions.append(" AND e.booked_at < :to");
        }
        return conditions.append('\n').toString();
    }

    private static Map<String, Object> params(long organizationKey, LedgerFilter filter, long below, long floor) {
        Map<String, Object> params = new HashMap<>();
        params.put("organization", organizationKey);
        params.put("below", below);
        params.put("floor", floor);
        putIfThere(params, "kind", filter.kind());
        putIfThere(params, "agent", filter.agentKey());
        putIfThere(params, "user", filter.externalUserKey());
        putIfThere(params, "from", filter.from() == null ? null : utc(filter.from()));
        putIfThere(params, "to", filter.to() == null ? null : utc(filter.to()));
        return params;
    }

    private static void putIfThere(Map<String, Object> params, String name, @Nullable Object value) {
        if (value != null) {
            params.put(name, value);
        }
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                Long.toString(row.getLong("entry_seq")),
                row.getString("entry_kind"),
                usd(row.getLong("amount_nanos")),
                usd(row.getLong("balance_after_nanos")),
                row.getObject("booked_at", OffsetDateTime.class).toInstant(),
                row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
                row.getString("description"),
                row.getString("agent_id"),
                row.getString("external_user_id"),
                row.getString("usage_kind"),
                notEmpty(row.getString("provider")),
                notEmpty(row.getString("model")),
                number(row, "input_tokens"),
                number(row, "cached_input_tokens"),
                number(row, "cache_creation_input_tokens"),
                number(row, "output_tokens"),
                number(row, "quantity"),
                row.getString("unit"),
                number(row, "rate_card_version"),
                row.getString("checkout_session_id"),
                row.getString("refund_id"),
                row.getString("dispute_id"));
    }

    private static @Nullable Integer number(ResultSet row, String column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? null : value;
    }

    private static @Nullable String notEmpty(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static BigDecimal usd(long nanos) {
        return Usd.ofNanos(nanos).toDecimal();
    }
}
