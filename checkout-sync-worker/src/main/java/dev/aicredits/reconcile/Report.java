package dev.aicredits.reconcile;

import dev.aicredits.stripe.StripePeriod;
import java.util.List;

/** How Stripe and the ledger compare over a period. */
public record Report(
        StripePeriod period, SideTotals stripe, SideTotals ledger, PlanTotals plans, List<Difference> differences) {

    /** Whether everything agrees. */
    public boolean isClean() {
        return differences.isEmpty();
    }
}
