package dev.aicredits.ledger;

import dev.aicredits.rating.Rated.Priced;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The statements that ask what is already booked. */
final class JdbcUsageReader {

    private static final String POSITIONS = """
            SELECT organization_id, entry_seq, balance_nanos FROM organization_balance WHERE organization_id = ANY (?)
            """;

    private static final String LOCKED_POSITIONS = """
            SELECT organization_id, entry_seq, balance_nanos FROM organization_balance WHERE organization_id = ANY (?)
             ORDER BY organization_id FOR UPDATE
            """;

    // One probe of the unique index a key, whatever the planner thinks of the table: LIMIT keeps it from joining
    // otherwise, which for one large organization it would. `position` tells which line asked.
    private static final String EXISTING = """
            SELECT k.position, e.entry_seq, e.entry_kind, coalesce(e.agent_id, 0), coalesce(e.external_user_id, 0),
                   coalesce(e.product_id, 0), coalesce(e.input_tokens, 0), coalesce(e.cached_input_tokens, 0),
                   coalesce(e.cache_creation_input_tokens, 0), coalesce(e.output_tokens, 0),
                   coalesce(e.quantity, 0), coalesce(e.rate_card_version, 0), -e.amount_nanos
              FROM unnest(?::bigint[], ?::uuid[]) WITH ORDINALITY AS k (organization_id, dedupe_key, position)
             CROSS JOIN LATERAL (
                   SELECT * FROM ledger_entry
                    WHERE organization_id = k.organization_id AND dedupe_key = k.dedupe_key
                    LIMIT 1) e
            """;

    private static final String CLOSED = """
            SELECT k.position
              FROM unnest(?::bigint[], ?::bigint[]) WITH ORDINALITY AS k (organization_id, occurred_at_micros, position)
              JOIN ledger_closing c
                ON c.organization_id = k.organization_id
               AND c.closed_before > TIMESTAMPTZ 'epoch' + k.occurred_at_micros * INTERVAL '1 microsecond'
             GROUP BY k.position
            """;

    private JdbcUsageReader() {}

    static Map<Long, Position> positions(Connection connection, Collection<Long> organizationIds) throws SQLException {
        return positions(connection, POSITIONS, organizationIds);
    }

    /** Under the rows' locks, which the caller's transaction then holds. */
    static Map<Long, Position> lockedPositions(Connection connection, Collection<Long> organizationIds)
            throws SQLException {
        return positions(connection, LOCKED_POSITIONS, organizationIds);
    }

    private static Map<Long, Position> positions(Connection connection, String sql, Collection<Long> organizationIds)
            throws SQLException {
        Map<Long, Position> positions = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setArray(1, JdbcArrays.longs(connection, organizationIds, Long::longValue));
            ResultSet rows = select.executeQuery();
            while (rows.next()) {
                positions.put(rows.getLong(1), new Position(rows.getLong(2), rows.getLong(3)));
            }
        }
        return positions;
    }

    /** What became of those lines whose key is already in the ledger. */
    static Map<UsageLine, BookingOutcome> existing(Connection connection, List<UsageLine> lines) throws SQLException {
        Map<UsageLine, BookingOutcome> outcomes = new HashMap<>();
        if (lines.isEmpty()) {
            return outcomes;
        }
        try (PreparedStatement select = connection.prepareStatement(EXISTING)) {
            select.setArray(1, JdbcArrays.longs(connection, lines, UsageLine::organizationId));
            select.setArray(2, JdbcArrays.objects(connection, "uuid", lines, UsageLine::dedupeKey));
            ResultSet rows = select.executeQuery();
            while (rows.next()) {
                UsageLine line = lines.get((int) rows.getLong(1) - 1);
                outcomes.put(line, outcome(line, rows));
            }
        }
        return outcomes;
    }

    /** Those of {@code lines} that occurred before a closing of their organization. */
    static List<UsageLine> closed(Connection connection, List<UsageLine> lines) throws SQLException {
        List<UsageLine> closed = new ArrayList<>();
        if (lines.isEmpty()) {
            return closed;
        }
        try (PreparedStatement select = connection.prepareStatement(CLOSED)) {
            select.setArray(1, JdbcArrays.longs(connection, lines, UsageLine::organizationId));
            select.setArray(2, JdbcArrays.longs(connection, lines, line -> line.occurredAtMicros));
            ResultSet rows = select.executeQuery();
            while (rows.next()) {
                closed.add(lines.get((int) rows.getLong(1) - 1));
            }
        }
        return closed;
    }

    private static BookingOutcome outcome(UsageLine line, ResultSet row) throws SQLException {
        long entrySeq = row.getLong(2);
        boolean usage = row.getShort(3) == EntryKind.USAGE.code();
        UsageLine.Facts booked = new UsageLine.Facts(
                row.getLong(4),
                row.getLong(5),
                row.getInt(6),
                row.getInt(7),
                row.getInt(8),
                row.getInt(9),
                row.getInt(10),
                row.getInt(11));
        int version = usage ? row.getInt(12) : Priced.TRUSTED;
        boolean same = usage && booked.equals(line.facts()) && line.sameTrustedCost(version, row.getLong(13));
        return same ? new BookingOutcome.Duplicate(entrySeq) : new BookingOutcome.Conflict(entrySeq);
    }
}
