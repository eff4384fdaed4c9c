package dev.aicredits.reconcile;

/** What was paid for plans at Stripe: how many invoices of subscriptions of ours, and their sum in nano-USD. */
public record PlanTotals(int invoices, long paidNanos) {

    static final PlanTotals NONE = new PlanTotals(0, 0);

    PlanTotals plus(long nanos) {
        return new PlanTotals(invoices + 1, Math.addExact(paidNanos, nanos));
    }
}
