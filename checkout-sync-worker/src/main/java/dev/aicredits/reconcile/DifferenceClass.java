package dev.aicredits.reconcile;

import java.util.Locale;

/** What is wrong where Stripe, our orders and the ledger do not agree; a closed list. */
public enum DifferenceClass {
    /** Paid at Stripe, and neither credited nor held. */
    PAID_NOT_CREDITED(true),
    /** Credited, and Stripe has no payment for it. */
    CREDITED_NOT_PAID(false),
    /** Another sum was credited than was paid. */
    AMOUNT_DIFFERS(false),
    /** Money moved in another currency than was ordered. */
    CURRENCY_DIFFERS(false),
    /** Paid at Stripe with our mark, not given back, and we have no such order. */
    UNKNOWN_SESSION(false),
    /** Paid, not as ordered, and not given back: a person has to decide. */
    HELD_FOR_REVIEW(false),
    /** The payment was credited more than once. */
    DUPLICATE_CREDIT(false),
    /** The order is in another state than Stripe and the ledger say. */
    ORDER_STATE_DIFFERS(true),
    /** Refunded at Stripe, and the ledger has nothing of it. */
    REFUND_NOT_BOOKED(true),
    /** The refund failed at Stripe, and the ledger still has it. */
    REFUND_NOT_REVERSED(true),
    /** The ledger has something else of the refund than Stripe. */
    REFUND_BOOKED_WRONG(false),
    /** The ledger has a refund that Stripe has not. */
    REFUND_UNKNOWN(false),
    /** A dispute moved money at Stripe, and the ledger lacks a movement. */
    DISPUTE_NOT_BOOKED(true),
    /** The ledger has other movements of the dispute than Stripe. */
    DISPUTE_BOOKED_WRONG(false),
    /** The ledger has a dispute that Stripe has not. */
    DISPUTE_UNKNOWN(false),
    /** A subscription's invoice is paid, and the order has not put its plan in force. */
    PLAN_PAID_NOT_IN_FORCE(true),
    /** A subscription's invoice with our mark is paid, not given back, and we have no such order. */
    PLAN_UNKNOWN(false),
    /** A subscription's invoice is paid; the order waits for a person, or was refused and the subscription goes on. */
    PLAN_HELD_FOR_REVIEW(false),
    /** A subscription's invoice is paid, in another amount than the plan's fee. */
    PLAN_AMOUNT_DIFFERS(false),
    /** A plan is in force, and Stripe has no paid invoice for its month. */
    PLAN_IN_FORCE_NOT_PAID(true);

    private final boolean repairable;

    DifferenceClass(boolean repairable) {
        this.repairable = repairable;
    }

    /** Whether all that is done about it is to read Stripe once more, and to do what it says as a webhook would. */
    public boolean isRepairable() {
        return repairable;
    }

    /** Whether it is about an order of a plan, or about none where there should be one. */
    boolean isAboutPlan() {
        return name().startsWith("PLAN_");
    }

    /** The name on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
