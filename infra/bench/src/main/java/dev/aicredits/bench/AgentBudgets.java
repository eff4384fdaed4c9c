package dev.aicredits.bench;

import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Budgets of a workload's agents, spread evenly, so that in the time some stop and some don't. */
public final class AgentBudgets {

    private static final long USER_LIMIT_NANOS = 1_000_000_000_000L;

    private AgentBudgets() {}

    /**
     * Registers all agents of organizations that exist, each with a monthly limit at random between 1 and
     * {@code limitNanosMax}, and with limits for external users that nobody reaches.
     */
    public static void set(DataSource owner, Workload workload, long limitNanosMax) {
        JdbcClient.create(owner)
                .sql("""
                        WITH named AS (
                            SELECT o.organization_id, 'ag_' || substr(o.public_id, length('org_bench_') + 1) || '_' || a
                                   AS public_id
                              FROM organization o CROSS JOIN generate_series(0, :last) a),
                        directory AS (
                            INSERT INTO agent_directory (public_id, organization_id)
                            SELECT public_id, organization_id FROM named),
                        agents AS (
                            INSERT INTO agent (organization_id, public_id, name)
                            SELECT organization_id, public_id, public_id FROM named
                            RETURNING organization_id, agent_id)
                        INSERT INTO agent_budget (organization_id, agent_id, enabled, monthly_limit_nanos,
                                                  default_user_limit_nanos, anonymous_limit_nanos, enforcement_mode)
                        SELECT organization_id, agent_id, true, 1 + (random() * :max)::bigint, :users, :users, 'hard_block'
                          FROM agents
                        """)
                .param("last", workload.agentsPerOrganization() - 1)
                .param("max", limitNanosMax)
                .param("users", USER_LIMIT_NANOS)
                .update();
    }
}
