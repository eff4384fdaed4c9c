package dev.aicredits.agent;

import dev.aicredits.agent.UsageTotals.Day;
import dev.aicredits.agent.UsageTotals.Model;
import dev.aicredits.credits.Entry;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an agent uses: this month against its budgets, the last days, who used it, and what it did last.
 *
 * @param externalUsers those who used it this month, the greatest spender first; at most {@link AgentUsageReader#USERS_MAX}
 * @param recentCalls its newest entries, if they are among the newest of the organization
 * @param stop what keeps it from running; null if nothing does
 */
record AgentUsage(
        String agentId,
        String name,
        @Nullable String model,
        String status,
        String currency,
        Instant windowStartUtc,
        Instant windowEndUtc,
        BigDecimal currentMonthSpendUsd,
        long currentMonthCalls,
        BigDecimal anonymousCurrentMonthSpendUsd,
        @Nullable Budget budget,
        List<ExternalUser> externalUsers,
        int days,
        BigDecimal spendUsd,
        List<Day> spendByDay,
        List<Model> spendByModel,
        List<Entry> recentCalls,
        @Nullable Stop stop) {

    /**
     * The agent's budget policy, and how far it is used.
     *
     * @param usedPercent of the monthly budget, rounded down; null without one
     */
    record Budget(
            boolean enabled,
            String enforcementMode,
            @Nullable BigDecimal monthlyBudgetUsd,
            @Nullable BigDecimal remainingUsd,
            @Nullable Long usedPercent,
            @Nullable BigDecimal defaultUserBudgetUsd,
            @Nullable BigDecimal anonymousMonthlyBudgetUsd) {}

    /** An external user of the agent, this month. {@code budgetSource}: explicit, default_user or none. */
    record ExternalUser(
            String externalUserId,
            @Nullable String displayName,
            BigDecimal currentMonthSpendUsd,
            long currentMonthCalls,
            String budgetSource,
            @Nullable BigDecimal monthlyBudgetUsd,
            @Nullable BigDecimal remainingUsd,
            String status) {}

    /** A stop in force: what is stopped, why, and since when. */
    record Stop(
            String scope,
            String reason,
            String cause,
            @Nullable Instant since) {}
}
