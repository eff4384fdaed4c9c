package dev.aicredits.ledger;

/** A hold is not open for this usage, or holds less than it costs. Nothing was booked. */
public final class HoldUnusableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    HoldUnusableException() {
        super("the hold is not open for this usage, or holds less than it costs");
    }
}
