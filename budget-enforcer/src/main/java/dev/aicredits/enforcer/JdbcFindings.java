package dev.aicredits.enforcer;

import dev.aicredits.budget.AlertPercents;
import dev.aicredits.budget.MonthWindow;
import dev.aicredits.control.Target;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Compares what is spent and left with what was decided, for many targets of many organizations in one statement, and
 * answers those about which there is something to do. Writes and locks nothing.
 *
 * <p>The boundary is that of {@code BudgetDecision}: spent = limit and balance = 0 are exhausted.
 */
final class JdbcFindings {

    private static final String NAMED = """
            SELECT DISTINCT o.organization_id, coalesce(a.agent_id, 0) AS agent_id,
                   CASE n.scope WHEN 'external_user' THEN u.external_user_id WHEN 'anonymous' THEN -1 ELSE 0
                   END AS external_user_id
              FROM unnest(:organizations::text[], :scopes::text[], :agents::text[], :users::text[])
                   AS n (organization_id, scope, agent_id, external_user_id)
              JOIN LATERAL (SELECT organization_id FROM organization WHERE public_id = n.organization_id LIMIT 1) o
                ON true
              LEFT JOIN LATERAL (SELECT agent_id FROM agent
                                  WHERE organization_id = o.organization_id AND public_id = n.agent_id LIMIT 1) a
                ON true
              LEFT JOIN LATERAL (SELECT external_user_id FROM external_user
                                  WHERE organization_id = o.organization_id AND public_id = n.external_user_id
                                  LIMIT 1) u
                ON true
             WHERE (n.agent_id IS NULL OR a.agent_id IS NOT NULL)
               AND (n.external_user_id IS NULL OR u.external_user_id IS NOT NULL)
            """;

    private static final String KEYED = """
            SELECT organization_id, agent_id, external_user_id
              FROM unnest(:organizations::bigint[], :agents::bigint[], :users::bigint[])
                   AS n (organization_id, agent_id, external_user_id)
            """;

    // Whoever has a limit, and whoever was told something that may hold no longer. A default of 0 is reached without
    // spending this month, by whomever the agent ever served.
    private static final String WHOLE = """
            SELECT o.organization_id, t.agent_id, t.external_user_id
              FROM organization o
             CROSS JOIN LATERAL (
                   SELECT 0::bigint AS agent_id, 0::bigint AS external_user_id
                   UNION
                   SELECT p.agent_id, x.external_user_id
                     FROM agent_budget p CROSS JOIN (VALUES (0), (-1)) AS x (external_user_id)
                    WHERE p.organization_id = o.organization_id
                      AND CASE x.external_user_id WHEN 0 THEN p.monthly_limit_nanos ELSE p.anonymous_limit_nanos END
                          IS NOT NULL
                   UNION
                   SELECT agent_id, external_user_id FROM external_user_budget
                    WHERE organization_id = o.organization_id
                   UNION
                   SELECT us.agent_id, us.external_user_id
                     FROM agent_budget p
                     JOIN external_user_spend us
                       ON us.organization_id = p.organization_id AND us.agent_id = p.agent_id
                          AND (us.window_start = :window OR p.default_user_limit_nanos = 0)
                    WHERE p.organization_id = o.organization_id AND p.default_user_limit_nanos IS NOT NULL
                   UNION
                   SELECT agent_id, external_user_id FROM enforcement
                    WHERE organization_id = o.organization_id
                      AND (version % 2 = 1 OR published_version < version)) t
             WHERE o.public_id = ANY(:organizations)
            """;

    // Each part of a target's state by its key: a row or none, never a hash of a whole table for a few targets. What a
    // target of its sort can't have is not looked up.
    private static final String JUDGE = """
            WITH target AS MATERIALIZED (%s),
            fact AS (
                SELECT t.organization_id, t.agent_id, t.external_user_id, b.balance_nanos, b.entry_seq,
                       CASE WHEN t.agent_id = 0 OR NOT coalesce(p.enabled, true) THEN NULL
                            WHEN t.external_user_id = 0 THEN p.monthly_limit_nanos
                            WHEN t.external_user_id = -1 THEN p.anonymous_limit_nanos
                            ELSE coalesce(x.monthly_limit_nanos, p.default_user_limit_nanos) END AS limit_nanos,
                       CASE WHEN t.agent_id = 0 THEN NULL
                            WHEN t.external_user_id = 0 THEN coalesce(s.spent_nanos, 0)
                            WHEN t.external_user_id = -1 THEN coalesce(s.anonymous_nanos, 0)
                            ELSE coalesce(us.spent_nanos, 0) END AS spent_nanos,
                       coalesce(p.enforcement_mode, 'hard_block') = 'hard_block' AS blocks,
                       greatest(p.updated_at, x.updated_at) AS budget_changed_at,
                       coalesce(e.version, 0) AS version, coalesce(e.published_version, 0) AS published_version,
                       e.window_start, coalesce(e.alert_window, 0) AS alert_window,
                       coalesce(e.alert_percent, 0) AS alert_percent, coalesce(e.credit_nanos, 0) AS credit_nanos,
                       coalesce(r.revision, 0) AS revision
                  FROM target t
                  JOIN LATERAL (SELECT * FROM organization_balance WHERE organization_id = t.organization_id LIMIT 1) b
                    ON true
                  LEFT JOIN LATERAL (SELECT * FROM agent_budget
                                      WHERE t.agent_id > 0 AND organization_id = t.organization_id
                                        AND agent_id = t.agent_id
                                      LIMIT 1) p ON true
                  LEFT JOIN LATERAL (SELECT * FROM external_user_budget
                                      WHERE t.external_user_id > 0 AND organization_id = t.organization_id
                                        AND agent_id = t.agent_id AND external_user_id = t.external_user_id
                                      LIMIT 1) x ON true
                  LEFT JOIN LATERAL (SELECT * FROM agent_spend
                                      WHERE t.agent_id > 0 AND t.external_user_id <= 0
                                        AND organization_id = t.organization_id AND agent_id = t.agent_id
                                        AND window_start = :window
                                      LIMIT 1) s ON true
                  LEFT JOIN LATERAL (SELECT * FROM external_user_spend
                                      WHERE t.external_user_id > 0 AND organization_id = t.organization_id
                                        AND agent_id = t.agent_id AND external_user_id = t.external_user_id
                                        AND window_start = :window
                                      LIMIT 1) us ON true
                  LEFT JOIN LATERAL (SELECT * FROM enforcement
                                      WHERE organization_id = t.organization_id AND agent_id = t.agent_id
                                        AND external_user_id = t.external_user_id
                                      LIMIT 1) e ON true
                  LEFT JOIN LATERAL (SELECT * FROM budget_revision WHERE organization_id = t.organization_id LIMIT 1) r
                    ON true),
            -- Credits have no limit that percents could be of. Their use is counted from the height they had when they
            -- last rose above it, or above a percent that was told.
            height AS (
                SELECT f.*, agent_id = 0 AND (balance_nanos > credit_nanos
                                 OR (credit_nanos - balance_nanos)::numeric * 100
                                    < credit_nanos::numeric * alert_percent) AS rises
                  FROM fact f),
            used AS (
                SELECT h.*,
                       CASE WHEN agent_id = 0 THEN CASE WHEN rises THEN balance_nanos ELSE credit_nanos END
                            ELSE limit_nanos END AS whole_nanos,
                       CASE WHEN agent_id = 0 THEN CASE WHEN rises THEN 0 ELSE credit_nanos - balance_nanos END
                            ELSE spent_nanos END AS used_nanos,
                       CASE WHEN agent_id = 0 THEN CASE WHEN rises THEN entry_seq ELSE alert_window END
                            ELSE :window_day END AS current_window
                  FROM height h),
            judged AS (
                SELECT u.*,
                       CASE WHEN agent_id = 0 THEN balance_nanos <= 0
                            ELSE blocks AND limit_nanos IS NOT NULL AND spent_nanos >= limit_nanos END AS exhausted,
                       CASE WHEN alert_window = current_window AND NOT rises THEN alert_percent ELSE 0
                       END AS told_percent,
                       CASE WHEN agent_id = 0 AND whole_nanos <= 0 THEN 0
                            ELSE coalesce((SELECT max(percent) FROM unnest(:percents::int[]) AS percent
                                            WHERE used_nanos::numeric * 100 >= whole_nanos::numeric * percent), 0)
                       END AS reached_percent
                  FROM used u),
            settled AS (
                SELECT j.*,
                       published_version < version
                       OR (window_start IS NULL OR window_start <= :window)
                          AND (exhausted <> (version %% 2 = 1) OR reached_percent > told_percent OR rises) AS due
                  FROM judged j),
            shown AS MATERIALIZED (SELECT * FROM settled WHERE due OR :with_others)
            SELECT d.*, o.public_id AS organization, a.public_id AS agent, u.public_id AS external_user
              FROM shown d
              JOIN organization o ON o.organization_id = d.organization_id
              LEFT JOIN agent a ON a.organization_id = d.organization_id AND a.agent_id = d.agent_id
              LEFT JOIN external_user u
                ON u.organization_id = d.organization_id AND u.external_user_id = d.external_user_id
             ORDER BY d.organization_id, d.agent_id, d.external_user_id
            """;

    private static final String JUDGE_NAMED = JUDGE.formatted(NAMED);
    private static final String JUDGE_KEYED = JUDGE.formatted(KEYED);
    private static final String JUDGE_WHOLE = JUDGE.formatted(WHOLE);

    private final JdbcClient jdbc;
    private final AlertPercents percents;

    JdbcFindings(DataSource dataSource, AlertPercents percents) {
        this.jdbc = JdbcClient.create(dataSource);
        this.percents = percents;
    }

    /** About those targets; whom nobody has seen is left out. */
    Look ofTargets(Collection<Target> targets, MonthWindow window) {
        Look look = new Look(new ArrayList<>(), new HashMap<>());
        judged(
                        jdbc.sql(JUDGE_NAMED)
                                .param("organizations", texts(targets, Target::organizationId))
                                .param("scopes", texts(targets, target -> target.layer()
                                        .scope()))
                                .param("agents", texts(targets, Target::agentId))
                                .param("users", texts(targets, Target::externalUserId)),
                        window,
                        true)
                .query(row -> {
                    Finding found = finding(row);
                    if (row.getBoolean("due")) {
                        look.due().add(found);
                    } else if (!found.exhausted()) {
                        look.margins()
                                .put(found.target(), Margin.around(found, row.getLong("revision"), window, percents));
                    }
                });
        return look;
    }

    /** About those targets, in the order of their keys. */
    List<Finding> ofKeys(Collection<TargetKey> keys, MonthWindow window) {
        return due(
                jdbc.sql(JUDGE_KEYED)
                        .param(
                                "organizations",
                                keys.stream().map(TargetKey::organizationId).toArray(Long[]::new))
                        .param("agents", keys.stream().map(TargetKey::agentId).toArray(Long[]::new))
                        .param(
                                "users",
                                keys.stream().map(TargetKey::externalUserId).toArray(Long[]::new)),
                window);
    }

    /** About every target of those organizations that has a limit or was told something. */
    List<Finding> ofOrganizations(Collection<String> organizationIds, MonthWindow window) {
        return due(jdbc.sql(JUDGE_WHOLE).param("organizations", organizationIds.toArray(String[]::new)), window);
    }

    private List<Finding> due(JdbcClient.StatementSpec statement, MonthWindow window) {
        return judged(statement, window, false)
                .query((row, number) -> finding(row))
                .list();
    }

    private JdbcClient.StatementSpec judged(
            JdbcClient.StatementSpec statement, MonthWindow window, boolean withOthers) {
        return statement
                .param("window", window.start())
                .param("window_day", window.start().toEpochDay())
                .param("percents", percents.ascending().toArray(Integer[]::new))
                .param("with_others", withOthers);
    }

    private static Finding finding(ResultSet row) throws SQLException {
        TargetKey key = JdbcTargets.key(row);
        long version = row.getLong("version");
        return new Finding(
                key,
                JdbcTargets.target(row),
                version,
                row.getLong("published_version") < version,
                row.getBoolean("exhausted"),
                row.getObject("limit_nanos", Long.class),
                row.getObject("spent_nanos", Long.class),
                row.getLong("balance_nanos"),
                row.getLong("entry_seq"),
                JdbcTargets.instant(row, "budget_changed_at"),
                row.getObject("window_start", LocalDate.class),
                new Finding.Alerting(
                        row.getLong("current_window"),
                        row.getInt("told_percent"),
                        row.getInt("reached_percent"),
                        row.getLong("whole_nanos"),
                        row.getLong("used_nanos")));
    }

    private static String[] texts(Collection<Target> targets, Function<Target, @Nullable String> part) {
        return targets.stream().map(part).toArray(String[]::new);
    }
}
