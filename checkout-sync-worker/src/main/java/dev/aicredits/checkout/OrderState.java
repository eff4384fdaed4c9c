package dev.aicredits.checkout;

import java.util.Locale;

/**
 * How far an order of credits is. It only moves up: what was read from Stripe a moment too early takes nothing back.
 */
public enum OrderState {
    /** Ours alone: whether Stripe has a session for it is not known. */
    CREATED(0, "open"),
    /** The customer can pay. */
    OPEN(1, "open"),
    /** The customer has paid by a delayed method, which is not settled. */
    PROCESSING(2, "processing"),
    /** The customer can no longer pay, and did not. */
    EXPIRED(3, "expired"),
    /** The payment failed, or the session could not be opened. */
    FAILED(3, "failed"),
    /** Paid, but not as ordered: waits for a person, nothing is credited. */
    REVIEW(4, "in_review"),
    /** Paid, but not as ordered, and a person decided that it is not credited. */
    REFUSED(5, "failed"),
    /** Paid, and in the ledger. */
    CREDITED(5, "completed");

    private final int rank;
    private final String wireName;

    OrderState(int rank, String wireName) {
        this.rank = rank;
        this.wireName = wireName;
    }

    /** The name in table {@code checkout_session}. */
    public String column() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What clients are told as {@code status}. */
    String wireName() {
        return wireName;
    }

    /** The state that table {@code checkout_session} calls {@code column}. */
    static OrderState ofColumn(String column) {
        return valueOf(column.toUpperCase(Locale.ROOT));
    }

    /** Whether an order in this state may go to {@code other}. */
    boolean movesTo(OrderState other) {
        return other.rank > rank;
    }
}
