package dev.aicredits.spending;

import dev.aicredits.budget.AgentBudget;
import dev.aicredits.money.Usd;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** An agent's budget policy. A limit that is null is none. */
record PolicyAnswer(
        boolean enabled,
        @Nullable BigDecimal monthlyBudgetUsd,
        @Nullable BigDecimal defaultUserBudgetUsd,
        @Nullable BigDecimal anonymousMonthlyBudgetUsd,
        String currency,
        String enforcementMode) {

    static PolicyAnswer of(AgentBudget policy) {
        return new PolicyAnswer(
                policy.enabled(),
                usd(policy.monthlyLimitNanos()),
                usd(policy.defaultUserLimitNanos()),
                usd(policy.anonymousLimitNanos()),
                BudgetChanges.CURRENCY,
                policy.mode().wireName());
    }

    private static @Nullable BigDecimal usd(@Nullable Long nanos) {
        return nanos == null ? null : Usd.ofNanos(nanos).toDecimal();
    }
}
