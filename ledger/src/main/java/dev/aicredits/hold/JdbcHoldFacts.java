package dev.aicredits.hold;

import static dev.aicredits.ledger.JdbcTimes.utc;

import dev.aicredits.budget.BudgetFacts;
import dev.aicredits.budget.JdbcBudgetFacts;
import dev.aicredits.budget.MonthWindow;
import dev.aicredits.hold.HoldBook.Layers;
import dev.aicredits.ledger.JdbcArrays;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How the budget layers of those stand for whom something is to be reserved: one statement for all of them. */
final class JdbcHoldFacts {

    private static final String FACTS = """
            WITH target AS (
                SELECT n.position, ?::bigint AS organization_id, n.agent_id, n.external_user_id,
                       ?::date AS window_start, ?::timestamptz AS now
                  FROM unnest(?::bigint[], ?::bigint[]) WITH ORDINALITY AS n (agent_id, external_user_id, position))
            """ + JdbcBudgetFacts.OF_TARGETS;

    private JdbcHoldFacts() {}

    static Layers read(Connection connection, long organization, Collection<HoldTarget> targets, Instant now)
            throws SQLException {
        Map<HoldTarget, BudgetFacts> facts = new HashMap<>();
        if (targets.isEmpty()) {
            return new Layers(facts, 0);
        }
        long openHolds = 0;
        MonthWindow window = MonthWindow.of(now);
        List<HoldTarget> asked = List.copyOf(targets);
        try (PreparedStatement select = connection.prepareStatement(FACTS)) {
            select.setLong(1, organization);
            select.setObject(2, window.start());
            select.setObject(3, utc(now));
            select.setArray(4, JdbcArrays.longs(connection, asked, HoldTarget::agentKey));
            select.setArray(5, JdbcArrays.longs(connection, asked, HoldTarget::externalUserKey));
            ResultSet rows = select.executeQuery();
            while (rows.next()) {
                HoldTarget target = asked.get((int) rows.getLong("position") - 1);
                facts.put(target, JdbcBudgetFacts.of(rows, window, target.externalUserId()));
                openHolds = rows.getLong("hold_count");
            }
        }
        if (facts.size() != asked.size()) {
            throw new IllegalStateException("organization " + organization + " has no balance row");
        }
        return new Layers(facts, openHolds);
    }
}
