package dev.aicredits.checkout;

import java.util.Locale;

/** Why a paid session is held for review instead of credited; a closed list. */
public enum ReviewReason {
    /** Another sum was paid than was ordered. */
    AMOUNT_MISMATCH,
    /** It was paid in another currency. */
    CURRENCY_MISMATCH,
    /** It is of Stripe's test mode and we are live, or the other way round. */
    LIVEMODE_MISMATCH,
    /** The session does not name the order that it was found by. */
    REFERENCE_MISMATCH,
    /** What was bought does not add up to what was paid. */
    LINE_ITEMS_MISMATCH,
    /** The order has another session. */
    SECOND_SESSION,
    /** Stripe asked for no payment. */
    NO_PAYMENT,
    /** The ledger has the session's dedupe key for something else. */
    LEDGER_CONFLICT,
    /** The balance would leave its range. */
    BALANCE_OUT_OF_RANGE;

    /** The name in the database, in metrics and logs. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
