package dev.aicredits.ledger;

import dev.aicredits.ledger.BookingPlan.AgentSpendKey;
import dev.aicredits.ledger.BookingPlan.Increase;
import dev.aicredits.ledger.BookingPlan.Step;
import dev.aicredits.ledger.BookingPlan.UserSpendKey;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * The statements that write a {@link BookingPlan}, in a transaction of the caller's.
 *
 * <p>The balances come first: their compare-and-set takes the row locks under which everything else of these
 * organizations is written, so a stale plan is found before anything is copied, and a single booking that holds a row's
 * lock is waited for here and not in an index.
 */
final class JdbcUsageWriter {

    private static final int COPY_CHUNK_BYTES = 64 * 1024;

    // Compares the balance too: after a failover that lost commits, the same entry_seq may stand for another history.
    private static final String MOVE_BALANCES = """
            UPDATE organization_balance b
               SET balance_nanos = n.balance_nanos, entry_seq = n.entry_seq, updated_at = ?
              FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
                   AS n (organization_id, old_entry_seq, old_balance_nanos, entry_seq, balance_nanos)
             WHERE b.organization_id = n.organization_id
               AND b.entry_seq = n.old_entry_seq AND b.balance_nanos = n.old_balance_nanos
            """;

    private static final String RAISE_AGENT_SPENDS = """
            UPDATE agent_spend s
               SET spent_nanos = s.spent_nanos + n.nanos, entry_count = s.entry_count + n.entries,
                   anonymous_nanos = s.anonymous_nanos + n.anonymous_nanos,
                   anonymous_entry_count = s.anonymous_entry_count + n.anonymous_entries
              FROM unnest(?::bigint[], ?::bigint[], ?::int[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
                   AS n (organization_id, agent_id, window_day, nanos, entries, anonymous_nanos, anonymous_entries)
             WHERE s.organization_id = n.organization_id AND s.agent_id = n.agent_id
               AND s.window_start = DATE '1970-01-01' + n.window_day
            RETURNING s.organization_id, s.agent_id, n.window_day, s.spent_nanos, s.anonymous_nanos
            """;

    private static final String OPEN_AGENT_SPENDS = """
            INSERT INTO agent_spend (organization_id, agent_id, window_start, spent_nanos, entry_count,
                                     anonymous_nanos, anonymous_entry_count)
            SELECT organization_id, agent_id, DATE '1970-01-01' + window_day, nanos, entries, anonymous_nanos,
                   anonymous_entries
              FROM unnest(?::bigint[], ?::bigint[], ?::int[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
                   AS n (organization_id, agent_id, window_day, nanos, entries, anonymous_nanos, anonymous_entries)
            """;

    private static final String RAISE_USER_SPENDS = """
            UPDATE external_user_spend s
               SET spent_nanos = s.spent_nanos + n.nanos, entry_count = s.entry_count + n.entries
              FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::bigint[], ?::bigint[])
                   AS n (organization_id, agent_id, external_user_id, window_day, nanos, entries)
             WHERE s.organization_id = n.organization_id AND s.agent_id = n.agent_id
               AND s.external_user_id = n.external_user_id
               AND s.window_start = DATE '1970-01-01' + n.window_day
            RETURNING s.organization_id, s.agent_id, s.external_user_id, n.window_day, s.spent_nanos
            """;

    private static final String OPEN_USER_SPENDS = """
            INSERT INTO external_user_spend
                   (organization_id, agent_id, external_user_id, window_start, spent_nanos, entry_count)
            SELECT organization_id, agent_id, external_user_id, DATE '1970-01-01' + window_day, nanos, entries
              FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::bigint[], ?::bigint[])
                   AS n (organization_id, agent_id, external_user_id, window_day, nanos, entries)
            """;

    /** An agent's month so far, and its anonymous calls' part of it, in nano-USD. */
    record AgentSpend(long nanos, long anonymousNanos) {}

    private final Connection connection;

    JdbcUsageWriter(Connection connection) {
        this.connection = connection;
    }

    /** Whether every organization stood where the plan thought; if not, the caller rolls back and plans again. */
    boolean moveBalances(Map<Long, Step> steps, Instant bookedAt) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(MOVE_BALANCES)) {
            update.setObject(1, OffsetDateTime.ofInstant(bookedAt, ZoneOffset.UTC));
            update.setArray(2, JdbcArrays.longs(connection, steps.keySet(), Long::longValue));
            update.setArray(3, JdbcArrays.longs(connection, steps.values(), step -> step.from()
                    .entrySeq()));
            update.setArray(4, JdbcArrays.longs(connection, steps.values(), step -> step.from()
                    .balanceNanos()));
            update.setArray(5, JdbcArrays.longs(connection, steps.values(), step -> step.to()
                    .entrySeq()));
            update.setArray(6, JdbcArrays.longs(connection, steps.values(), step -> step.to()
                    .balanceNanos()));
            return update.executeUpdate() == steps.size();
        }
    }

    void copyEntries(List<UsageLine> lines, Instant bookedAt) throws SQLException {
        if (lines.isEmpty()) {
            return;
        }
        ByteBuffer rows = EntryCopy.encode(lines, bookedAt);
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(EntryCopy.SQL);
        try {
            for (int from = 0; from < rows.limit(); from += COPY_CHUNK_BYTES) {
                copy.writeToCopy(
                        rows.array(), rows.arrayOffset() + from, Math.min(COPY_CHUNK_BYTES, rows.limit() - from));
            }
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    /** Raises the agents' monthly spends and answers what they are now. */
    Map<AgentSpendKey, AgentSpend> raiseAgentSpends(Map<AgentSpendKey, Increase> increases) throws SQLException {
        Map<AgentSpendKey, AgentSpend> totals = new HashMap<>();
        if (increases.isEmpty()) {
            return totals;
        }
        try (PreparedStatement update = prepareAgentSpends(RAISE_AGENT_SPENDS, increases)) {
            ResultSet rows = update.executeQuery();
            while (rows.next()) {
                totals.put(
                        new AgentSpendKey(rows.getLong(1), rows.getLong(2), rows.getInt(3)),
                        new AgentSpend(rows.getLong(4), rows.getLong(5)));
            }
        }
        Map<AgentSpendKey, Increase> opened = without(increases, totals.keySet());
        if (!opened.isEmpty()) {
            try (PreparedStatement insert = prepareAgentSpends(OPEN_AGENT_SPENDS, opened)) {
                insert.executeUpdate();
            }
            opened.forEach((key, increase) -> totals.put(key, new AgentSpend(increase.nanos, increase.anonymousNanos)));
        }
        return totals;
    }

    /** Raises the external users' monthly spends and answers what they are now, in nano-USD. */
    Map<UserSpendKey, Long> raiseUserSpends(Map<UserSpendKey, Increase> increases) throws SQLException {
        Map<UserSpendKey, Long> totals = new HashMap<>();
        if (increases.isEmpty()) {
            return totals;
        }
        try (PreparedStatement update = prepareUserSpends(RAISE_USER_SPENDS, increases)) {
            ResultSet rows = update.executeQuery();
            while (rows.next()) {
                totals.put(
                        new UserSpendKey(rows.getLong(1), rows.getLong(2), rows.getLong(3), rows.getInt(4)),
                        rows.getLong(5));
            }
        }
        Map<UserSpendKey, Increase> opened = without(increases, totals.keySet());
        if (!opened.isEmpty()) {
            try (PreparedStatement insert = prepareUserSpends(OPEN_USER_SPENDS, opened)) {
                insert.executeUpdate();
            }
            opened.forEach((key, increase) -> totals.put(key, increase.nanos));
        }
        return totals;
    }

    private static <K> Map<K, Increase> without(Map<K, Increase> increases, Set<K> raised) {
        if (raised.size() == increases.size()) {
            return Map.of();
        }
        Map<K, Increase> absent = new HashMap<>(increases);
        absent.keySet().removeAll(raised);
        return absent;
    }

    private PreparedStatement prepareAgentSpends(String sql, Map<AgentSpendKey, Increase> increases)
            throws SQLException {
        Collection<AgentSpendKey> keys = increases.keySet();
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setArray(1, JdbcArrays.longs(connection, keys, AgentSpendKey::organizationId));
        statement.setArray(2, JdbcArrays.longs(connection, keys, AgentSpendKey::agentId));
        statement.setArray(3, JdbcArrays.ints(connection, keys, AgentSpendKey::windowDay));
        statement.setArray(4, JdbcArrays.longs(connection, increases.values(), increase -> increase.nanos));
        statement.setArray(5, JdbcArrays.longs(connection, increases.values(), increase -> increase.entries));
        statement.setArray(6, JdbcArrays.longs(connection, increases.values(), increase -> increase.anonymousNanos));
        statement.setArray(7, JdbcArrays.longs(connection, increases.values(), increase -> increase.anonymousEntries));
        return statement;
    }

    private PreparedStatement prepareUserSpends(String sql, Map<UserSpendKey, Increase> increases) throws SQLException {
        Collection<UserSpendKey> keys = increases.keySet();
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setArray(1, JdbcArrays.longs(connection, keys, UserSpendKey::organizationId));
        statement.setArray(2, JdbcArrays.longs(connection, keys, UserSpendKey::agentId));
        statement.setArray(3, JdbcArrays.longs(connection, keys, UserSpendKey::externalUserId));
        statement.setArray(4, JdbcArrays.ints(connection, keys, UserSpendKey::windowDay));
        statement.setArray(5, JdbcArrays.longs(connection, increases.values(), increase -> increase.nanos));
        statement.setArray(6, JdbcArrays.longs(connection, increases.values(), increase -> increase.entries));
        return statement;
    }
}
