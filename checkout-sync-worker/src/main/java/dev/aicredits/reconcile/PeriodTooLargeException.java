package dev.aicredits.reconcile;

/** More happened in the period than one report holds in memory; ask for a shorter one. */
public final class PeriodTooLargeException extends RuntimeException {
    PeriodTooLargeException() {
        super("more happened in the period than one report holds");
    }
}
