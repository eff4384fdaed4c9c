package dev.aicredits.spending;

import dev.aicredits.budget.BudgetSnapshot;
import dev.aicredits.money.Usd;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How much an agent may still spend on someone's behalf, and which layers say so; open holds are deducted. */
record SnapshotAnswer(
        boolean enabled,
        String currency,
        String identityType,
        @Nullable String externalUserId,
        @Nullable String displayName,
        String budgetSource,
        Instant windowStartUtc,
        Instant windowEndUtc,
        @Nullable BigDecimal agentMonthlyBudgetUsd,
        BigDecimal agentCurrentMonthSpendUsd,
        @Nullable BigDecimal agentRemainingBudgetUsd,
        @Nullable BigDecimal userMonthlyBudgetUsd,
        BigDecimal userCurrentMonthSpendUsd,
        @Nullable BigDecimal userRemainingBudgetUsd,
        BigDecimal organizationCreditsRemainingUsd,
        BigDecimal effectiveRemainingUsd,
        String status) {

    static SnapshotAnswer of(BudgetSnapshot snapshot) {
        return new SnapshotAnswer(
                snapshot.enabled(),
                snapshot.currency(),
                snapshot.identityType(),
                snapshot.externalUserId(),
                snapshot.displayName(),
                snapshot.budgetSource().wireName(),
                snapshot.windowStartUtc(),
                snapshot.windowEndUtc(),
                decimal(snapshot.agentMonthlyBudgetUsd()),
                snapshot.agentCurrentMonthSpendUsd().toDecimal(),
                decimal(snapshot.agentRemainingBudgetUsd()),
                decimal(snapshot.userMonthlyBudgetUsd()),
                snapshot.userCurrentMonthSpendUsd().toDecimal(),
                decimal(snapshot.userRemainingBudgetUsd()),
                snapshot.organizationCreditsRemainingUsd().toDecimal(),
                snapshot.effectiveRemainingUsd().toDecimal(),
                snapshot.status().wireName());
    }

    private static @Nullable BigDecimal decimal(@Nullable Usd amount) {
        return amount == null ? null : amount.toDecimal();
    }
}
