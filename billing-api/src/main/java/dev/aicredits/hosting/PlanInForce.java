package dev.aicredits.hosting;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An organization's plan, and what an operator granted beside it.
 *
 * @param planLimit how many servers may be enabled under the plan; null for no limit
 * @param overrideLimit what counts in its place
 * @param overrideUntil when that ends; null for never
 * @param invoiced whether it pays by invoice
 */
record PlanInForce(
        String planKey,
        String planTier,
        String planName,
        long monthlyPlatformFeeCents,
        @Nullable Integer planLimit,
        long includedToolCalls,
        boolean invoiced,
        @Nullable Integer overrideLimit,
        @Nullable Instant overrideUntil,
        @Nullable String overrideReason) {

    boolean isOverridden(Instant now) {
        return overrideLimit != null && (overrideUntil == null || overrideUntil.isAfter(now));
    }

    /** How many servers may be enabled; null for no limit. */
    @Nullable Integer limit(Instant now) {
        return isOverridden(now) ? overrideLimit : planLimit;
    }
}
