package dev.aicredits.budget;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What budget decisions follow from, as the tables have it: one statement's end, for one agent and spender or for many. */
public final class JdbcBudgetFacts {

    /**
     * Follows {@code WITH target AS (...)} with the columns {@code position, organization_id, agent_id, external_user_id,
     * window_start, now}. The external user is 0 for anonymous calls and null for one who was never seen. Open holds whose
     * time is over at {@code now} do not count.
     */
    public static final String OF_TARGETS = """
            SELECT t.position, b.balance_nanos, p.enabled, p.monthly_limit_nanos, p.default_user_limit_nanos,
                   p.anonymous_limit_nanos, p.enforcement_mode, u.display_name,
                   x.monthly_limit_nanos AS explicit_limit_nanos, coalesce(s.spent_nanos, 0) AS agent_nanos,
                   coalesce(s.anonymous_nanos, 0) AS anonymous_nanos, coalesce(us.spent_nanos, 0) AS user_nanos,
                   coalesce(hc.held_nanos, 0) - coalesce(due.credits_nanos, 0) AS held_credits_nanos,
                   coalesce(ha.held_nanos, 0) - coalesce(due.agent_nanos, 0) AS held_agent_nanos,
                   coalesce(hs.held_nanos, 0) - coalesce(due.spender_nanos, 0) AS held_spender_nanos,
                   coalesce(hc.hold_count, 0) AS hold_count
              FROM target t
              JOIN organization_balance b ON b.organization_id = t.organization_id
              LEFT JOIN agent_budget p ON p.organization_id = t.organization_id AND p.agent_id = t.agent_id
              LEFT JOIN agent_spend s ON s.organization_id = t.organization_id AND s.agent_id = t.agent_id
                    AND s.window_start = t.window_start
              LEFT JOIN external_user u ON u.organization_id = t.organization_id
                    AND u.external_user_id = t.external_user_id
              LEFT JOIN external_user_budget x ON x.organization_id = t.organization_id AND x.agent_id = t.agent_id
                    AND x.external_user_id = t.external_user_id
              LEFT JOIN external_user_spend us ON us.organization_id = t.organization_id AND us.agent_id = t.agent_id
                    AND us.external_user_id = t.external_user_id AND us.window_start = t.window_start
              LEFT JOIN held hc ON hc.organization_id = t.organization_id AND hc.agent_id = 0
                    AND hc.external_user_id = 0
              LEFT JOIN held ha ON ha.organization_id = t.organization_id AND ha.agent_id = t.agent_id
                    AND ha.external_user_id = 0
              LEFT JOIN held hs ON hs.organization_id = t.organization_id AND hs.agent_id = t.agent_id
                    AND hs.external_user_id = CASE t.external_user_id WHEN 0 THEN -1 ELSE t.external_user_id END
              LEFT JOIN LATERAL (
                   SELECT sum(h.amount_nanos - h.captured_nanos) AS credits_nanos,
                          sum(h.amount_nanos - h.captured_nanos) FILTER (WHERE h.agent_id = t.agent_id) AS agent_nanos,
                          sum(h.amount_nanos - h.captured_nanos) FILTER (WHERE h.agent_id = t.agent_id
                              AND coalesce(h.external_user_id, 0) = t.external_user_id) AS spender_nanos
                     FROM hold h
                    WHERE h.organization_id = t.organization_id AND h.state = 'open' AND h.expires_at <= t.now) due ON true
            """;

    private JdbcBudgetFacts() {}

    /**
     * The facts of a row of {@link #OF_TARGETS}.
     *
     * @param externalUserId null for anonymous calls
     */
    public static BudgetFacts of(ResultSet row, MonthWindow window, @Nullable String externalUserId)
            throws SQLException {
        String mode = row.getString("enforcement_mode");
        AgentBudget policy = mode == null
                ? AgentBudget.UNSET
                : new AgentBudget(
                        row.getBoolean("enabled"),
                        row.getObject("monthly_limit_nanos", Long.class),
                        row.getObject("default_user_limit_nanos", Long.class),
                        row.getObject("anonymous_limit_nanos", Long.class),
                        EnforcementMode.of(mode));
        Spender spender = externalUserId == null
                ? new Spender.Anonymous()
                : new Spender.Identified(
                        externalUserId,
                        row.getString("display_name"),
                        row.getObject("explicit_limit_nanos", Long.class));
        return new BudgetFacts(
                window,
                policy,
                spender,
                row.getLong("agent_nanos"),
                row.getLong(externalUserId == null ? "anonymous_nanos" : "user_nanos"),
                row.getLong("balance_nanos"),
                new BudgetFacts.Held(
                        row.getLong("held_credits_nanos"),
                        row.getLong("held_agent_nanos"),
                        row.getLong("held_spender_nanos")));
    }
}
