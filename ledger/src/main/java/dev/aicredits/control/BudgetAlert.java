package dev.aicredits.control;

import dev.aicredits.money.Usd;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Tells that a part of a limit is used: once for each target, window and percent.
 *
 * @param window names the window within the target: the month's first day in days since 1970, or for credits the ledger
 *     sequence from which their use is counted
 * @param limit the month's limit; for credits, what they were when they were last at their highest
 * @param spent of that limit
 * @param windowEndUtc when the budget starts anew by itself; null for credits
 */
public record BudgetAlert(
        Target target,
        long window,
        int percent,
        Usd limit,
        Usd spent,
        Usd balance,
        @Nullable Instant windowEndUtc,
        Instant raisedAt) {

    /** The topic, keyed by organization id. */
    public static final String TOPIC = "billing.alerts.v1";

    /** The CloudEvents type. */
    public static final String TYPE = "dev.aicredits.billing.budget-alert.v1";
}
