package dev.aicredits.agent;

import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Agents, their totals of months and days, and whether they are stopped. Nothing here adds up entries. */
final class JdbcAgents {

    /** An agent; {@code stopScope} says what stops it, if anything does. */
    record AgentRow(
            long agentKey,
            String publicId,
            String name,
            @Nullable String model,
            @Nullable String stopScope) {}

    /** What an agent spent in the month. */
    record MonthRow(long spentNanos, long entryCount, long anonymousNanos, long anonymousEntryCount) {
        static final MonthRow NOTHING = new MonthRow(0, 0, 0, 0);
    }

    /** What was spent of a product on a day, by one agent or all. */
    record DayRow(
            LocalDate day,
            String usageKind,
            String provider,
            String model,
            String unit,
            long spentNanos,
            long entryCount) {}

    /** What an external user of the agent spent in the month, and their own limit. */
    record UserRow(
            String publicId,
            @Nullable String displayName,
            long spentNanos,
            long entryCount,
            @Nullable Long explicitLimitNanos,
            boolean stopped) {}

    /** An agent's budget policy. */
    record BudgetRow(
            boolean enabled,
            @Nullable Long monthlyLimitNanos,
            @Nullable Long defaultUserLimitNanos,
            @Nullable Long anonymousLimitNanos,
            String enforcementMode) {}

    /** A stop that is in force. */
    record StopRow(String scope, String cause, @Nullable OffsetDateTime decidedAt) {}

    /** What an agent of the organization spent in the month. */
    record AgentMonthRow(
            String publicId, String name, @Nullable String stopScope, long spentNanos, long entryCount) {}

    // An agent is stopped by its own row or by its organization's; an odd version is a stop.
    private static final String STOP_SCOPE = """
            (SELECT CASE WHEN e.agent_id = 0 THEN 'organization' ELSE 'agent' END FROM enforcement e
              WHERE e.organization_id = a.organization_id AND e.agent_id IN (0, a.agent_id)
                AND e.external_user_id = 0 AND e.version % 2 = 1
              ORDER BY e.agent_id LIMIT 1) AS stop_scope
            """;

    private final JdbcClient jdbc;

    JdbcAgents(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    List<AgentRow> all(long organizationKey) {
        return jdbc.sql("SELECT a.agent_id AS agent_key, a.public_id, a.name, a.model, " + STOP_SCOPE + """
                          FROM agent a
                         WHERE a.organization_id = :organization ORDER BY a.name, a.public_id
                        """)
                .param("organization", organizationKey)
                .query(AgentRow.class)
                .list();
    }

    Optional<AgentRow> one(long organizationKey, String agentId) {
        return jdbc.sql("SELECT a.agent_id AS agent_key, a.public_id, a.name, a.model, " + STOP_SCOPE + """
                          FROM agent a
                         WHERE a.organization_id = :organization AND a.public_id = :agent
                        """)
                .param("organization", organizationKey)
                .param("agent", agentId)
                .query(AgentRow.class)
                .optional();
    }

    MonthRow month(long organizationKey, long agentKey, LocalDate month) {
        return jdbc.sql("""
                        SELECT spent_nanos, entry_count, anonymous_nanos, anonymous_entry_count FROM agent_spend
                         WHERE organization_id = :organization AND agent_id = :agent AND window_start = :month
                        """)
                .param("organization", organizationKey)
                .param("agent", agentKey)
                .param("month", month)
                .query(MonthRow.class)
                .optional()
                .orElse(MonthRow.NOTHING);
    }

    /** Every agent's month, the greatest spender first. */
    List<AgentMonthRow> months(long organizationKey, LocalDate month, int limit) {
        return jdbc.sql("SELECT a.public_id, a.name, s.spent_nanos, s.entry_count, " + STOP_SCOPE + """
                          FROM agent_spend s
                          JOIN agent a ON a.organization_id = s.organization_id AND a.agent_id = s.agent_id
                         WHERE s.organization_id = :organization AND s.window_start = :month
                         ORDER BY s.spent_nanos DESC, a.public_id LIMIT :limit
                        """)
                .param("organization", organizationKey)
                .param("month", month)
                .param("limit", limit)
                .query(AgentMonthRow.class)
                .list();
    }

    MonthRow monthOfAll(long organizationKey, LocalDate month) {
        return jdbc.sql("""
                        SELECT coalesce(sum(spent_nanos), 0) AS spent_nanos,
                               coalesce(sum(entry_count), 0) AS entry_count,
                               coalesce(sum(anonymous_nanos), 0) AS anonymous_nanos,
                               coalesce(sum(anonymous_entry_count), 0) AS anonymous_entry_count
                          FROM agent_spend
                         WHERE organization_id = :organization AND window_start = :month
                        """)
                .param("organization", organizationKey)
                .param("month", month)
                .query(MonthRow.class)
                .single();
    }

    /** Day by day and product by product, {@code to} included: an event may be of tomorrow already. */
    List<DayRow> days(long organizationKey, long agentKey, LocalDate from, LocalDate to) {
        return jdbc.sql("""
                        SELECT s.day, p.usage_kind, p.provider, p.model, p.unit, s.spent_nanos, s.entry_count
                          FROM agent_daily_spend s JOIN product p USING (product_id)
                         WHERE s.organization_id = :organization AND s.agent_id = :agent
                           AND s.day BETWEEN :from AND :to
                         ORDER BY s.day, s.product_id
                        """)
                .param("organization", organizationKey)
                .param("agent", agentKey)
                .param("from", from)
                .param("to", to)
                .query(DayRow.class)
                .list();
    }

    /** The same over all agents. */
    List<DayRow> daysOfAll(long organizationKey, LocalDate from, LocalDate to) {
        return jdbc.sql("""
                        SELECT s.day, p.usage_kind, p.provider, p.model, p.unit, s.spent_nanos, s.entry_count
                          FROM (SELECT day, product_id, sum(spent_nanos) AS spent_nanos, sum(entry_count) AS entry_count
                                  FROM agent_daily_spend_part
                                 WHERE organization_id = :organization AND day BETWEEN :from AND :to
                                 GROUP BY day, product_id) s
                          JOIN product p USING (product_id)
                         ORDER BY s.day, s.product_id
                        """)
                .param("organization", organizationKey)
                .param("from", from)
                .param("to", to)
                .query(DayRow.class)
                .list();
    }

    /** External users who used the agent in the month, the greatest spender first. */
    List<UserRow> users(long organizationKey, long agentKey, LocalDate month, int limit) {
        return jdbc.sql("""
                        SELECT u.public_id, u.display_name, s.spent_nanos, s.entry_count,
                               b.monthly_limit_nanos AS explicit_limit_nanos,
                               coalesce(e.version % 2 = 1, false) AS stopped
                          FROM (SELECT * FROM external_user_spend
                                 WHERE organization_id = :organization AND agent_id = :agent AND window_start = :month
                                 ORDER BY spent_nanos DESC, external_user_id LIMIT :limit) s
                          JOIN external_user u ON u.organization_id = s.organization_id
                                              AND u.external_user_id = s.external_user_id
                          LEFT JOIN external_user_budget b ON b.organization_id = s.organization_id
                               AND b.agent_id = s.agent_id AND b.external_user_id = s.external_user_id
                          LEFT JOIN enforcement e ON e.organization_id = s.organization_id
                               AND e.agent_id = s.agent_id AND e.external_user_id = s.external_user_id
                         ORDER BY s.spent_nanos DESC, s.external_user_id
                        """)
                .param("organization", organizationKey)
                .param("agent", agentKey)
                .param("month", month)
                .param("limit", limit)
                .query(UserRow.class)
                .list();
    }

    Optional<BudgetRow> budget(long organizationKey, long agentKey) {
        return jdbc.sql("""
                        SELECT enabled, monthly_limit_nanos, default_user_limit_nanos, anonymous_limit_nanos,
                               enforcement_mode
                          FROM agent_budget
                         WHERE organization_id = :organization AND agent_id = :agent
                        """)
                .param("organization", organizationKey)
                .param("agent", agentKey)
                .query(BudgetRow.class)
                .optional();
    }

    /** What stops the agent, or its anonymous calls; the widest first. */
    Optional<StopRow> stop(long organizationKey, long agentKey) {
        return jdbc.sql("""
                        SELECT CASE WHEN agent_id = 0 THEN 'organization' WHEN external_user_id = 0 THEN 'agent'
                                    ELSE 'anonymous' END AS scope, coalesce(cause, '') AS cause, decided_at
                          FROM enforcement
                         WHERE organization_id = :organization AND version % 2 = 1
                           AND (agent_id = 0 OR agent_id = :agent AND external_user_id IN (0, -1))
                         ORDER BY agent_id, external_user_id DESC LIMIT 1
                        """)
                .param("organization", organizationKey)
                .param("agent", agentKey)
                .query(StopRow.class)
                .optional();
    }
}
