package dev.aicredits.reconcile;

/** The sums of one side, in nano-USD, signed as the customer sees them. Refunds and disputes are net of what came back. */
public record SideTotals(long paidNanos, long refundedNanos, long disputedNanos) {

    static final SideTotals NONE = new SideTotals(0, 0, 0);

    SideTotals plusPaid(long nanos) {
        return new SideTotals(Math.addExact(paidNanos, nanos), refundedNanos, disputedNanos);
    }

    SideTotals plusRefunded(long nanos) {
        return new SideTotals(paidNanos, Math.addExact(refundedNanos, nanos), disputedNanos);
    }

    SideTotals plusDisputed(long nanos) {
        return new SideTotals(paidNanos, refundedNanos, Math.addExact(disputedNanos, nanos));
    }

    /** All of it together. */
    public long netNanos() {
        return Math.addExact(Math.addExact(paidNanos, refundedNanos), disputedNanos);
    }
}
