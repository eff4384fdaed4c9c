package dev.aicredits.checkout;

import java.util.Locale;

/** Why an event went to the dead-letter topic; a closed list. */
public enum DeadLetterReason {
    /** The value is no event of Stripe's that is about an object. */
    MALFORMED,
    /** Stripe has no such object under our key. */
    NOT_FOUND,
    /** Stripe refuses to show the object. */
    REFUSED,
    /** What Stripe answers about the object is not as its API says, however often it is asked. */
    GARBLED,
    /** The session says that it is ours, and we have no such order. */
    UNKNOWN_ORDER,
    /** The ledger will not take the entry: its dedupe key stands for something else, or the balance would leave its range. */
    LEDGER_REFUSED;

    /** The name in the dead letter's reason header and in metrics. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
