package dev.aicredits.ledger;

import static dev.aicredits.ledger.JdbcTimes.utc;

import dev.aicredits.ledger.BookingPlan.Increase;
import dev.aicredits.ledger.BookingPlan.Step;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
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
                   WITH ORDINALITY AS n (organization_id, agent_id, window_day, nanos, entries, anonymous_nanos,
                                         anonymous_entries, position)
             WHERE s.organization_id = n.organization_id AND s.agent_id = n.agent_id
               AND s.window_start = DATE '1970-01-01' + n.window_day
            RETURNING n.position, s.spent_nanos, s.anonymous_nanos
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
                   WITH ORDINALITY AS n (organization_id, agent_id, external_user_id, window_day, nanos, entries,
                                         position)
             WHERE s.organization_id = n.organization_id AND s.agent_id = n.agent_id
               AND s.external_user_id = n.external_user_id
               AND s.window_start = DATE '1970-01-01' + n.window_day
            RETURNING n.position, s.spent_nanos, 0
            """;

    private static final String OPEN_USER_SPENDS = """
            INSERT INTO external_user_spend
                   (organization_id, agent_id, external_user_id, window_start, spent_nanos, entry_count)
            SELECT organization_id, agent_id, external_user_id, DATE '1970-01-01' + window_day, nanos, entries
              FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::bigint[], ?::bigint[])
                   AS n (organization_id, agent_id, external_user_id, window_day, nanos, entries)
            """;

    /** A month's spend so far, and its anonymous calls' part of it, in nano-USD. */
    record Spent(long nanos, long anonymousNanos) {}

    /** Binds increases to a statement, a column an array. */
    private interface Binder {
        PreparedStatement bind(String sql, List<Increase> increases) throws SQLException;
    }

    private final Connection connection;

    JdbcUsageWriter(Connection connection) {
        this.connection = connection;
    }

    /** Whether every organization stood where the plan thought; if not, the caller rolls back and plans again. */
    boolean moveBalances(Map<Long, Step> steps, Instant bookedAt) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(MOVE_BALANCES)) {
            update.setObject(1, utc(bookedAt));
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
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(EntryCopy.SQL);
        try {
            EntryCopy.write(lines, bookedAt, copy::writeToCopy);
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    /** Raises the agents' monthly spends and answers what they are now, in the order of {@code increases}. */
    List<Spent> raiseAgentSpends(List<Increase> increases) throws SQLException {
        return raise(increases, RAISE_AGENT_SPENDS, OPEN_AGENT_SPENDS, this::bindAgentSpends);
    }

    /** Raises the external users' monthly spends and answers what they are now, in the order of {@code increases}. */
    List<Spent> raiseUserSpends(List<Increase> increases) throws SQLException {
        return raise(increases, RAISE_USER_SPENDS, OPEN_USER_SPENDS, this::bindUserSpends);
    }

    private static List<Spent> raise(List<Increase> increases, String raise, String open, Binder binder)
            throws SQLException {
        if (increases.isEmpty()) {
            return List.of();
        }
        @Nullable Spent[] totals = new @Nullable Spent[increases.size()];
        int raised = 0;
        try (PreparedStatement update = binder.bind(raise, increases)) {
            ResultSet rows = update.executeQuery();
            while (rows.next()) {
                totals[(int) rows.getLong(1) - 1] = new Spent(rows.getLong(2), rows.getLong(3));
                raised++;
            }
        }
        if (raised < totals.length) {
            open(increases, totals, open, binder);
        }
        return Arrays.stream(totals).map(Objects::requireNonNull).toList();
    }

    /** Opens the spends that have no total yet: the first of their month. */
    private static void open(List<Increase> increases, @Nullable Spent[] totals, String open, Binder binder)
            throws SQLException {
        List<Increase> opened = new ArrayList<>();
        for (int i = 0; i < totals.length; i++) {
            if (totals[i] == null) {
                Increase increase = increases.get(i);
                opened.add(increase);
                totals[i] = new Spent(increase.nanos, increase.anonymousNanos);
            }
        }
        try (PreparedStatement insert = binder.bind(open, opened)) {
            insert.executeUpdate();
        }
    }

    private PreparedStatement bindAgentSpends(String sql, List<Increase> increases) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setArray(1, longs(increases, increase -> increase.slot.organizationId()));
        statement.setArray(2, longs(increases, increase -> increase.slot.agentId()));
        statement.setArray(3, days(increases));
        statement.setArray(4, longs(increases, increase -> increase.nanos));
        statement.setArray(5, longs(increases, increase -> increase.entries));
        statement.setArray(6, longs(increases, increase -> increase.anonymousNanos));
        statement.setArray(7, longs(increases, increase -> increase.anonymousEntries));
        return statement;
    }

    private PreparedStatement bindUserSpends(String sql, List<Increase> increases) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setArray(1, longs(increases, increase -> increase.slot.organizationId()));
        statement.setArray(2, longs(increases, increase -> increase.slot.agentId()));
        statement.setArray(3, longs(increases, increase -> increase.slot.externalUserId()));
        statement.setArray(4, days(increases));
        statement.setArray(5, longs(increases, increase -> increase.nanos));
        statement.setArray(6, longs(increases, increase -> increase.entries));
        return statement;
    }

    private Array longs(List<Increase> increases, ToLongFunction<Increase> column) throws SQLException {
        return JdbcArrays.longs(connection, increases, column);
    }

    private Array days(List<Increase> increases) throws SQLException {
        return JdbcArrays.ints(connection, increases, increase -> increase.slot.windowDay);
    }
}
