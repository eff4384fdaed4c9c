package dev.aicredits.checkout;

import java.util.Locale;

/** How far an order of a plan is. */
enum PlanOrderState {
    /** Stripe may not have heard of it. */
    CREATED,
    /** The customer can pay. */
    OPEN,
    /** It is paid by a method that takes its time. */
    PROCESSING,
    EXPIRED,
    /** It could not be opened; or it was in review, and a person decided that the plan is not put in force. */
    FAILED,
    /** It is at odds with what was ordered; a person has to look. */
    REVIEW,
    /** The plan was put in force, and the subscription pays for it. */
    ACTIVE,
    /** The subscription does not pay; unless it has ended for good, it may again, and then the order is active again. */
    ENDED;

    /** The name in table {@code plan_order}. */
    String column() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What clients are told as {@code status}: the words of {@link OrderState}. */
    String wireName() {
        return switch (this) {
            case CREATED, OPEN -> "open";
            case ACTIVE, ENDED -> "completed";
            case REVIEW -> "in_review";
            case PROCESSING, EXPIRED, FAILED -> column();
        };
    }

    /** The state that table {@code plan_order} calls {@code column}. */
    static PlanOrderState ofColumn(String column) {
        return valueOf(column.toUpperCase(Locale.ROOT));
    }
}
