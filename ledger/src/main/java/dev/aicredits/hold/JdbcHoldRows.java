package dev.aicredits.hold;

import static dev.aicredits.ledger.JdbcTimes.utc;

import dev.aicredits.hold.HoldBook.Move;
import dev.aicredits.hold.HoldBook.Row;
import dev.aicredits.hold.HoldTarget.HeldLayer;
import dev.aicredits.ledger.JdbcArrays;
import dev.aicredits.ledger.JdbcHeld;
import dev.aicredits.money.Usd;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of one organization's holds and of what they hold, on a connection of the caller's. */
final class JdbcHoldRows {

    private static final String LOCK = """
            SELECT hold_count FROM held
             WHERE organization_id = ? AND agent_id = 0 AND external_user_id = 0 FOR UPDATE
            """;

    private static final String OPEN_ORGANIZATION = """
            INSERT INTO held (organization_id, agent_id, external_user_id, held_nanos, hold_count)
            VALUES (?, 0, 0, 0, 0) ON CONFLICT DO NOTHING
            """;

    private static final String EXPIRE = """
            WITH freed AS (
                UPDATE hold SET state = 'expired', ended_at = expires_at
                 WHERE organization_id = ? AND state = 'open' AND expires_at <= ?
                RETURNING organization_id, agent_id, external_user_id, amount_nanos - captured_nanos AS nanos, 1 AS holds)
            """ + JdbcHeld.LOWER_LAYERS;

    private static final String FIND = """
            SELECT h.hold_id, h.agent_id, coalesce(h.external_user_id, 0), a.public_id, u.public_id, h.amount_nanos,
                   h.captured_nanos, h.state, h.created_at, h.expires_at, h.ended_at, h.ended_by
              FROM hold h
              JOIN agent a ON a.organization_id = h.organization_id AND a.agent_id = h.agent_id
              LEFT JOIN external_user u
                     ON u.organization_id = h.organization_id AND u.external_user_id = h.external_user_id
             WHERE h.organization_id = ? AND h.hold_id = ANY (?)
            """;

    private static final String CREATE = """
            INSERT INTO hold (organization_id, hold_id, agent_id, external_user_id, amount_nanos, captured_nanos, state,
                              created_at, expires_at, ended_at, ended_by)
            SELECT o.id, n.hold_id, n.agent_id, nullif(n.external_user_id, 0), n.amount_nanos, 0, n.state, o.now,
                   o.now + make_interval(secs => n.seconds), CASE WHEN n.state <> 'open' THEN o.now END, n.ended_by
              FROM unnest(?::uuid[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::int[], ?::uuid[])
                   AS n (hold_id, agent_id, external_user_id, amount_nanos, state, seconds, ended_by)
             CROSS JOIN (SELECT ?::bigint AS id, ?::timestamptz AS now) o
            """;

    private static final String END = """
            UPDATE hold h SET state = n.state, ended_at = ?, ended_by = n.ended_by
              FROM unnest(?::uuid[], ?::text[], ?::uuid[]) AS n (hold_id, state, ended_by)
             WHERE h.organization_id = ? AND h.hold_id = n.hold_id AND h.ended_at IS NULL
            """;

    private static final String MOVE = """
            UPDATE held h SET held_nanos = h.held_nanos + n.nanos, hold_count = h.hold_count + n.holds
              FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
                   WITH ORDINALITY AS n (agent_id, external_user_id, nanos, holds, position)
             WHERE h.organization_id = ? AND h.agent_id = n.agent_id AND h.external_user_id = n.external_user_id
            RETURNING n.position
            """;

    private static final String OPEN_LAYERS = """
            INSERT INTO held (agent_id, external_user_id, held_nanos, hold_count, organization_id)
            SELECT n.*, ? FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
                               AS n (agent_id, external_user_id, nanos, holds)
            """;

    private static final String ORGANIZATIONS_WITH_DUE = """
            SELECT l.organization_id FROM held l
             WHERE l.agent_id = 0 AND l.external_user_id = 0 AND l.hold_count > 0
               AND EXISTS (SELECT FROM hold h
                            WHERE h.organization_id = l.organization_id AND h.state = 'open' AND h.expires_at <= ?)
            """;

    private final Connection connection;
    private final long organization;

    JdbcHoldRows(Connection connection, long organization) {
        this.connection = connection;
        this.organization = organization;
    }

    static List<Long> organizationsWithDue(Connection connection, Instant now) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(ORGANIZATIONS_WITH_DUE)) {
            select.setObject(1, utc(now));
            List<Long> organizations = new ArrayList<>();
            ResultSet rows = select.executeQuery();
            while (rows.next()) {
                organizations.add(rows.getLong(1));
            }
            return organizations;
        }
    }

    /** Takes the organization's lock, until the transaction ends. */
    void lock() throws SQLException {
        if (!locked()) {
            try (PreparedStatement open = connection.prepareStatement(OPEN_ORGANIZATION)) {
                open.setLong(1, organization);
                open.executeUpdate();
            }
            if (!locked()) {
                throw new IllegalStateException("a row that is never deleted is not there");
            }
        }
    }

    private boolean locked() throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
            lock.setLong(1, organization);
            return lock.executeQuery().next();
        }
    }

    /** Ends every hold whose time is over at {@code now}. */
    void expire(Instant now) throws SQLException {
        try (PreparedStatement expire = connection.prepareStatement(EXPIRE)) {
            expire.setLong(1, organization);
            expire.setObject(2, utc(now));
            expire.executeUpdate();
        }
    }

    Map<UUID, Row> find(Collection<UUID> ids) throws SQLException {
        Map<UUID, Row> found = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(FIND)) {
            select.setLong(1, organization);
            select.setArray(2, JdbcArrays.objects(connection, "uuid", ids, id -> id));
            ResultSet rows = select.executeQuery();
            while (rows.next()) {
                Row row = row(rows);
                found.put(row.hold().id(), row);
            }
        }
        return found;
    }

    private static Row row(ResultSet row) throws SQLException {
        Hold hold = new Hold(
                row.getObject(1, UUID.class),
                row.getString(4),
                row.getString(5),
                Usd.ofNanos(row.getLong(6)),
                Usd.ofNanos(row.getLong(7)),
                HoldState.ofWireName(row.getString(8)),
                row.getObject(9, OffsetDateTime.class).toInstant(),
                row.getObject(10, OffsetDateTime.class).toInstant(),
                instant(row.getObject(11, OffsetDateTime.class)),
                row.getObject(12, UUID.class));
        return new Row(hold, new HoldTarget(row.getLong(2), row.getLong(3), hold.externalUserId()));
    }

    void create(List<Row> holds, Instant now) throws SQLException {
        if (holds.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(CREATE)) {
            insert.setArray(1, JdbcArrays.objects(connection, "uuid", holds, row -> row.hold()
                    .id()));
            insert.setArray(
                    2, JdbcArrays.longs(connection, holds, row -> row.target().agentKey()));
            insert.setArray(
                    3, JdbcArrays.longs(connection, holds, row -> row.target().externalUserKey()));
            insert.setArray(4, JdbcArrays.longs(connection, holds, row -> row.hold()
                    .amount()
                    .nanos()));
            insert.setArray(5, JdbcArrays.objects(connection, "text", holds, JdbcHoldRows::state));
            insert.setArray(6, JdbcArrays.ints(connection, holds, JdbcHoldRows::seconds));
            insert.setArray(7, endedBy(holds));
            insert.setLong(8, organization);
            insert.setObject(9, utc(now));
            insert.executeUpdate();
        }
    }

    void end(List<Row> holds, Instant now) throws SQLException {
        if (holds.isEmpty()) {
            return;
        }
        try (PreparedStatement update = connection.prepareStatement(END)) {
            update.setObject(1, utc(now));
            update.setArray(2, JdbcArrays.objects(connection, "uuid", holds, row -> row.hold()
                    .id()));
            update.setArray(3, JdbcArrays.objects(connection, "text", holds, JdbcHoldRows::state));
            update.setArray(4, endedBy(holds));
            update.setLong(5, organization);
            if (update.executeUpdate() != holds.size()) {
                throw new IllegalStateException("a hold changed under its organization's lock");
            }
        }
    }

    void move(Map<HeldLayer, Move> moves) throws SQLException {
        List<Entry<HeldLayer, Move>> moving = new ArrayList<>(moves.entrySet());
        moving.removeIf(move -> move.getValue().nanos == 0 && move.getValue().holds == 0);
        if (moving.isEmpty()) {
            return;
        }
        boolean[] moved = new boolean[moving.size()];
        try (PreparedStatement update = connection.prepareStatement(MOVE)) {
            bindMoves(update, 1, moving);
            update.setLong(5, organization);
            ResultSet rows = update.executeQuery();
            while (rows.next()) {
                moved[(int) rows.getLong(1) - 1] = true;
            }
        }
        List<Entry<HeldLayer, Move>> opening = new ArrayList<>();
        for (int i = 0; i < moved.length; i++) {
            if (!moved[i]) {
                opening.add(moving.get(i));
            }
        }
        openLayers(opening);
    }

    /** The first holds of these layers. */
    private void openLayers(List<Entry<HeldLayer, Move>> opening) throws SQLException {
        if (opening.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(OPEN_LAYERS)) {
            insert.setLong(1, organization);
            bindMoves(insert, 2, opening);
            insert.executeUpdate();
        }
    }

    private void bindMoves(PreparedStatement statement, int first, List<Entry<HeldLayer, Move>> moves)
            throws SQLException {
        statement.setArray(
                first, JdbcArrays.longs(connection, moves, move -> move.getKey().agentKey()));
        statement.setArray(first + 1, JdbcArrays.longs(connection, moves, move -> move.getKey()
                .externalUserKey()));
        statement.setArray(first + 2, JdbcArrays.longs(connection, moves, move -> move.getValue().nanos));
        statement.setArray(first + 3, JdbcArrays.longs(connection, moves, move -> move.getValue().holds));
    }

    private Array endedBy(List<Row> holds) throws SQLException {
        Object[] calls = holds.stream().map(row -> row.hold().endedBy()).toArray();
        return connection.createArrayOf("uuid", calls);
    }

    private static String state(Row row) {
        return row.hold().state().wireName();
    }

    private static int seconds(Row row) {
        return (int)
                Duration.between(row.hold().createdAt(), row.hold().expiresAt()).toSeconds();
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
