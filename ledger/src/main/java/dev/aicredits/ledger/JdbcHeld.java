package dev.aicredits.ledger;

import static dev.aicredits.ledger.JdbcTimes.utc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The statements by which usage takes from the holds it names, in the booking's transaction.
 *
 * <p>A hold is touched under the lock of its organization's row in {@code held} alone. Whoever takes several takes them in
 * the order of the organizations, after all balances.
 */
public final class JdbcHeld {

    /** The layers that no external user stands for, in {@code held}. */
    public static final long WHOLE = 0;

    /** An agent's anonymous runs, in {@code held}. */
    public static final long ANONYMOUS = -1;

    /**
     * The end of a statement that has given back {@code freed (organization_id, agent_id, external_user_id, nanos, holds)}
     * from holds: lowers what their layers hold. The freed is told by the number of rows: none, if nothing was.
     */
    public static final String LOWER_LAYERS = """
            , layer AS (
                SELECT organization_id, agent_id, external_user_id, sum(nanos)::bigint AS nanos,
                       sum(holds)::bigint AS holds
                  FROM (SELECT organization_id, 0 AS agent_id, 0 AS external_user_id, nanos, holds FROM freed
                        UNION ALL
                        SELECT organization_id, agent_id, 0, nanos, holds FROM freed
                        UNION ALL
                        SELECT organization_id, agent_id, coalesce(external_user_id, -1), nanos, holds FROM freed) f
                 GROUP BY organization_id, agent_id, external_user_id)
            UPDATE held h
               SET held_nanos = h.held_nanos - l.nanos, hold_count = h.hold_count - l.holds
              FROM layer l
             WHERE h.organization_id = l.organization_id AND h.agent_id = l.agent_id
               AND h.external_user_id = l.external_user_id
            """;

    private static final String LOCK = """
            SELECT held_nanos FROM held
             WHERE organization_id = ANY (?) AND agent_id = 0 AND external_user_id = 0
             ORDER BY organization_id FOR UPDATE
            """;

    // An open hold is known by its missing end and not by its state, lest the planner goes through hold_open, all the
    // organization's open holds, for one of them. What costs more than is left takes what is left: the rest is a debit
    // like any other.
    private static final String CAPTURE = """
            WITH cost AS (
                SELECT organization_id, hold_id, agent_id, external_user_id, sum(nanos)::bigint AS nanos
                  FROM unnest(?::bigint[], ?::uuid[], ?::bigint[], ?::bigint[], ?::bigint[])
                       AS n (organization_id, hold_id, agent_id, external_user_id, nanos)
                 GROUP BY organization_id, hold_id, agent_id, external_user_id),
            freed AS (
                SELECT h.organization_id, h.hold_id, h.agent_id, h.external_user_id,
                       least(c.nanos, h.amount_nanos - h.captured_nanos) AS nanos, 0 AS holds
                  FROM cost c
                  JOIN hold h ON h.organization_id = c.organization_id AND h.hold_id = c.hold_id
                 WHERE h.agent_id = c.agent_id AND coalesce(h.external_user_id, 0) = c.external_user_id
                   AND h.ended_at IS NULL AND h.expires_at > ?),
            captured AS (
                UPDATE hold h SET captured_nanos = h.captured_nanos + f.nanos
                  FROM freed f
                 WHERE h.organization_id = f.organization_id AND h.hold_id = f.hold_id)
            """ + LOWER_LAYERS;

    private static final String SETTLE = """
            WITH freed AS (
                UPDATE hold
                   SET captured_nanos = captured_nanos + ?, state = 'captured', ended_at = ?, ended_by = ?
                 WHERE organization_id = ? AND hold_id = ? AND agent_id = ? AND coalesce(external_user_id, 0) = ?
                   AND ended_at IS NULL AND expires_at > ? AND amount_nanos - captured_nanos >= ?
                RETURNING organization_id, agent_id, external_user_id, amount_nanos - captured_nanos + ? AS nanos,
                          1 AS holds)
            """ + LOWER_LAYERS;

    private JdbcHeld() {}

    /** Takes what these lines cost from the holds they name, as far as those are open, theirs and reach. */
    static void capture(Connection connection, List<UsageLine> lines, Instant bookedAt) throws SQLException {
        lock(connection, lines);
        try (PreparedStatement capture = connection.prepareStatement(CAPTURE)) {
            capture.setArray(1, JdbcArrays.longs(connection, lines, UsageLine::organizationId));
            capture.setArray(2, JdbcArrays.objects(connection, "uuid", lines, JdbcHeld::holdId));
            capture.setArray(3, JdbcArrays.longs(connection, lines, UsageLine::agentId));
            capture.setArray(4, JdbcArrays.longs(connection, lines, UsageLine::externalUserId));
            capture.setArray(5, JdbcArrays.longs(connection, lines, line -> line.costNanos));
            capture.setObject(6, utc(bookedAt));
            capture.executeUpdate();
        }
    }

    /** Ends the hold that {@code line} names, with its cost captured and the rest given back. */
    static void settle(Connection connection, UsageLine line, Instant bookedAt, @Nullable UUID endedBy)
            throws SQLException {
        lock(connection, List.of(line));
        try (PreparedStatement settle = connection.prepareStatement(SETTLE)) {
            settle.setLong(1, line.costNanos);
            settle.setObject(2, utc(bookedAt));
            settle.setObject(3, endedBy);
            settle.setLong(4, line.organizationId());
            settle.setObject(5, holdId(line));
            settle.setLong(6, line.agentId());
            settle.setLong(7, line.externalUserId());
            settle.setObject(8, utc(bookedAt));
            settle.setLong(9, line.costNanos);
            settle.setLong(10, line.costNanos);
            if (settle.executeUpdate() == 0) {
                throw new HoldUnusableException();
            }
        }
    }

    private static void lock(Connection connection, List<UsageLine> lines) throws SQLException {
        Collection<Long> organizations = new TreeSet<>();
        lines.forEach(line -> organizations.add(line.organizationId()));
        try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
            lock.setArray(1, JdbcArrays.longs(connection, organizations, Long::longValue));
            lock.executeQuery().close();
        }
    }

    private static UUID holdId(UsageLine line) {
        return Objects.requireNonNull(line.holdId);
    }
}
