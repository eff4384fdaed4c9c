package dev.aicredits.checkout;

import dev.aicredits.ledger.LedgerChange;

/** What became of a session that was fulfilled. Only what says so changed the ledger. */
public sealed interface Fulfilled {

    /** The name in metrics and logs. */
    String wireName();

    /**
     * The top-up, a refund or a dispute was booked now.
     *
     * @param topUpNanos what was credited now; 0 if it was before
     * @param change the organization's state after the last of it
     */
    record Booked(long topUpNanos, LedgerChange change) implements Fulfilled {
        @Override
        public String wireName() {
            return topUpNanos > 0 ? "credited" : "adjusted";
        }
    }

    /** All was booked before. */
    record Unchanged() implements Fulfilled {
        @Override
        public String wireName() {
            return "unchanged";
        }
    }

    /** There is nothing to book: the session is not paid, or will never be. */
    record NotPaid(OrderState state) implements Fulfilled {
        @Override
        public String wireName() {
            return "not_paid";
        }
    }

    /** Paid, but not as ordered: it waits for a person. */
    record Held() implements Fulfilled {
        @Override
        public String wireName() {
            return "held";
        }
    }

    /** The session is another product's of the same Stripe account. */
    record NotOurs() implements Fulfilled {
        @Override
        public String wireName() {
            return "not_ours";
        }
    }

    /** The session says that it is ours, and we have no such order. */
    record UnknownOrder() implements Fulfilled {
        @Override
        public String wireName() {
            return "unknown_order";
        }
    }
}
