package dev.aicredits.budget;

import dev.aicredits.budget.BudgetChange.Changed;
import dev.aicredits.budget.BudgetChange.Unchanged;
import dev.aicredits.budget.BudgetChange.UnknownAgent;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The budgets of agents and external users. Ids are the text ids of clients, and every call stays within one
 * organization.
 *
 * <p>A change and its {@code budget_revision} commit together, so that whoever enforces budgets finds it. Changes of one
 * agent's budgets wait for each other. Every call is safe to repeat.
 */
public final class JdbcBudgets {

    private static final String LOCK_AGENT = """
            SELECT a.organization_id, a.agent_id
              FROM organization o
              JOIN agent a ON a.organization_id = o.organization_id AND a.public_id = :agent
             WHERE o.public_id = :organization
               FOR NO KEY UPDATE OF a
            """;

    private static final String WRITE_POLICY = """
            INSERT INTO agent_budget (organization_id, agent_id, enabled, monthly_limit_nanos, default_user_limit_nanos,
                                      anonymous_limit_nanos, enforcement_mode, updated_at)
            VALUES (:organization, :agent, :enabled, :monthly, :user, :anonymous, :mode, :now)
            ON CONFLICT (organization_id, agent_id) DO UPDATE
               SET enabled = EXCLUDED.enabled, monthly_limit_nanos = EXCLUDED.monthly_limit_nanos,
                   default_user_limit_nanos = EXCLUDED.default_user_limit_nanos,
                   anonymous_limit_nanos = EXCLUDED.anonymous_limit_nanos,
                   enforcement_mode = EXCLUDED.enforcement_mode, updated_at = EXCLUDED.updated_at
            """;

    private static final String WRITE_USER_BUDGET = """
            INSERT INTO external_user_budget AS x
                   (organization_id, agent_id, external_user_id, monthly_limit_nanos, updated_at)
            SELECT organization_id, :agent, external_user_id, :limit, :now
              FROM external_user WHERE organization_id = :organization AND public_id = :user
            ON CONFLICT (organization_id, agent_id, external_user_id) DO UPDATE
               SET monthly_limit_nanos = EXCLUDED.monthly_limit_nanos, updated_at = EXCLUDED.updated_at
             WHERE x.monthly_limit_nanos <> EXCLUDED.monthly_limit_nanos
            """;

    private static final String REMOVE_USER_BUDGET = """
            DELETE FROM external_user_budget x
             USING external_user u
             WHERE u.organization_id = :organization AND u.public_id = :user
               AND x.organization_id = :organization AND x.agent_id = :agent
               AND x.external_user_id = u.external_user_id
            """;

    private static final String FACTS = """
            WITH target AS (
                SELECT 1 AS position, a.organization_id, a.agent_id,
                       CASE WHEN CAST(:user AS text) IS NULL THEN 0 ELSE u.external_user_id END AS external_user_id,
                       CAST(:window AS date) AS window_start, CAST(:now AS timestamptz) AS now
                  FROM organization o
                  JOIN agent a ON a.organization_id = o.organization_id AND a.public_id = :agent
                  LEFT JOIN external_user u ON u.organization_id = o.organization_id
                        AND u.public_id = CAST(:user AS text)
                 WHERE o.public_id = :organization)
            """ + JdbcBudgetFacts.OF_TARGETS;

    /** An agent, in the tables' keys. */
    private record AgentKey(long organizationId, long agentId) {}

    /** Changes an agent's budgets under its lock and answers whether anything is another now. */
    private interface Change {
        boolean apply(AgentKey agent);
    }

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Clock clock;

    /** Works on {@code dataSource} as the application's role; {@code clock} says which month it is. */
    public JdbcBudgets(DataSource dataSource, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.clock = clock;
    }

    /** The agent's policy, {@link AgentBudget#UNSET} if none was set; empty if the organization has no such agent. */
    public Optional<AgentBudget> policy(String organizationId, String agentId) {
        return facts(organizationId, agentId, null).map(BudgetFacts::policy);
    }

    /**
     * Makes of the agent's policy what {@code change} makes of it, given the present one or {@link AgentBudget#UNSET}.
     * What {@code change} throws changes nothing.
     */
    public BudgetChange changePolicy(String organizationId, String agentId, UnaryOperator<AgentBudget> change) {
        return changed(organizationId, agentId, agent -> {
            AgentBudget before = policy(organizationId, agentId).orElseThrow();
            AgentBudget after = change.apply(before);
            if (after.equals(before)) {
                return false;
            }
            write(agent, after);
            return true;
        });
    }

    /**
     * Gives an external user of the agent a limit of their own. A user who was never seen is registered.
     *
     * @param limitNanos the monthly limit in nano-USD, 0 or more
     */
    public BudgetChange setUserBudget(String organizationId, String agentId, String externalUserId, long limitNanos) {
        return changed(organizationId, agentId, agent -> {
            jdbc.sql("INSERT INTO external_user (organization_id, public_id) VALUES (:organization, :user)"
                            + " ON CONFLICT DO NOTHING")
                    .param("organization", agent.organizationId())
                    .param("user", externalUserId)
                    .update();
            return jdbc.sql(WRITE_USER_BUDGET)
                            .param("organization", agent.organizationId())
                            .param("agent", agent.agentId())
                            .param("user", externalUserId)
                            .param("limit", limitNanos)
                            .param("now", now())
                            .update()
                    == 1;
        });
    }

    /** Takes an external user's own limit away; the agent's default is theirs then, if it has one. */
    public BudgetChange removeUserBudget(String organizationId, String agentId, String externalUserId) {
        return changed(
                organizationId,
                agentId,
                agent -> jdbc.sql(REMOVE_USER_BUDGET)
                                .param("organization", agent.organizationId())
                                .param("agent", agent.agentId())
                                .param("user", externalUserId)
                                .update()
                        == 1);
    }

    /**
     * What a decision follows from, in one snapshot, for the present month.
     *
     * @param externalUserId null for anonymous calls; a user who was never seen has spent nothing
     * @return empty if the organization has no such agent
     */
    public Optional<BudgetFacts> facts(String organizationId, String agentId, @Nullable String externalUserId) {
        OffsetDateTime now = now();
        MonthWindow window = MonthWindow.of(now.toInstant());
        return jdbc.sql(FACTS)
                .param("organization", organizationId)
                .param("agent", agentId)
                .param("user", externalUserId)
                .param("window", window.start())
                .param("now", now)
                .query((row, number) -> JdbcBudgetFacts.of(row, window, externalUserId))
                .optional();
    }

    private BudgetChange changed(String organizationId, String agentId, Change change) {
        return Objects.requireNonNull(transaction.execute(status -> {
            Optional<AgentKey> agent = jdbc.sql(LOCK_AGENT)
                    .param("organization", organizationId)
                    .param("agent", agentId)
                    .query((row, number) -> new AgentKey(row.getLong(1), row.getLong(2)))
                    .optional();
            if (agent.isEmpty()) {
                return new UnknownAgent();
            }
            return change.apply(agent.get())
                    ? new Changed(nextRevision(agent.get().organizationId()))
                    : new Unchanged();
        }));
    }

    private long nextRevision(long organizationId) {
        return jdbc.sql("""
                        INSERT INTO budget_revision AS r (organization_id, revision) VALUES (:organization, 1)
                        ON CONFLICT (organization_id) DO UPDATE SET revision = r.revision + 1
                        RETURNING revision
                        """)
                .param("organization", organizationId)
                .query(Long.class)
                .single();
    }

    private void write(AgentKey agent, AgentBudget policy) {
        jdbc.sql(WRITE_POLICY)
                .param("organization", agent.organizationId())
                .param("agent", agent.agentId())
                .param("enabled", policy.enabled())
                .param("monthly", policy.monthlyLimitNanos())
                .param("user", policy.defaultUserLimitNanos())
                .param("anonymous", policy.anonymousLimitNanos())
                .param("mode", policy.mode().wireName())
                .param("now", now())
                .update();
    }

    private OffsetDateTime now() {
        return OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
    }
}
