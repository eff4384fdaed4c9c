package dev.aicredits.agent;

import dev.aicredits.agent.UsageTotals.Day;
import dev.aicredits.agent.UsageTotals.Model;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all agents of an organization use.
 *
 * @param agents those that spent something this month, the greatest spender first; at most {@link AgentUsageReader#AGENTS_MAX}
 */
record EmbedUsage(
        String currency,
        Instant windowStartUtc,
        Instant windowEndUtc,
        BigDecimal currentMonthSpendUsd,
        long currentMonthCalls,
        BigDecimal anonymousCurrentMonthSpendUsd,
        List<Agent> agents,
        int days,
        BigDecimal spendUsd,
        List<Day> spendByDay,
        List<Model> spendByModel) {

    /** An agent's part of the month. */
    record Agent(String agentId, String name, String status, BigDecimal currentMonthSpendUsd, long currentMonthCalls) {}

    /** The agent's part of the month; null if it spent nothing. */
    public @Nullable Agent monthOf(String agentId) {
        return agents.stream()
                .filter(agent -> agent.agentId().equals(agentId))
                .findFirst()
                .orElse(null);
    }
}
