package dev.aicredits.reconcile;

import org.jspecify.annotations.Nullable;

/** A ledger entry that moves money from or to Stripe. A refund's and a dispute's name the session too. */
record EntryLine(
        String organizationId,
        long entrySeq,
        long amountNanos,
        @Nullable String sessionId,
        @Nullable String refundId,
        @Nullable String disputeId) {

    boolean isTopUp() {
        return refundId == null && disputeId == null;
    }
}
