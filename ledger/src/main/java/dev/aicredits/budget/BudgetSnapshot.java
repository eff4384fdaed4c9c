package dev.aicredits.budget;

import dev.aicredits.money.Usd;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A {@link BudgetDecision} as the HTTP contract has it; the names are its field names. Limits and remainders are null
 * where there is no limit. Remainders have open holds deducted, and are negative by an overshoot.
 *
 * @param enabled whether the agent's budgets count
 * @param identityType {@code identified} or {@code anonymous}
 * @param userCurrentMonthSpendUsd the external user's, or all anonymous calls'
 * @param effectiveRemainingUsd what may still be spent: the least that is left of the layers that stop
 */
public record BudgetSnapshot(
        boolean enabled,
        String currency,
        String identityType,
        @Nullable String externalUserId,
        @Nullable String displayName,
        BudgetSource budgetSource,
        Instant windowStartUtc,
        Instant windowEndUtc,
        @Nullable Usd agentMonthlyBudgetUsd,
        Usd agentCurrentMonthSpendUsd,
        @Nullable Usd agentRemainingBudgetUsd,
        @Nullable Usd userMonthlyBudgetUsd,
        Usd userCurrentMonthSpendUsd,
        @Nullable Usd userRemainingBudgetUsd,
        Usd organizationCreditsRemainingUsd,
        Usd effectiveRemainingUsd,
        BudgetStatus status) {

    static BudgetSnapshot of(BudgetDecision decision) {
        BudgetFacts facts = decision.facts();
        Spender.@Nullable Identified user =
                facts.spender() instanceof Spender.Identified identified ? identified : null;
        return new BudgetSnapshot(
                facts.policy().enabled(),
                "USD",
                facts.spender().identityType(),
                user == null ? null : user.externalUserId(),
                user == null ? null : user.displayName(),
                decision.source(),
                facts.window().startUtc(),
                facts.window().endUtc(),
                limit(decision.agent()),
                Usd.ofNanos(facts.agentSpentNanos()),
                remaining(decision.agent()),
                limit(decision.spender()),
                Usd.ofNanos(facts.spenderSpentNanos()),
                remaining(decision.spender()),
                Usd.ofNanos(decision.credits().remainingNanos()),
                Usd.ofNanos(decision.effectiveRemainingNanos()),
                decision.status());
    }

    private static @Nullable Usd limit(@Nullable LayerUse layer) {
        return layer == null ? null : Usd.ofNanos(layer.limitNanos());
    }

    private static @Nullable Usd remaining(@Nullable LayerUse layer) {
        return layer == null ? null : Usd.ofNanos(layer.remainingNanos());
    }
}
