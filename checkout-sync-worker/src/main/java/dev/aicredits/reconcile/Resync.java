package dev.aicredits.reconcile;

import java.util.function.Supplier;

/** Reads a session from Stripe once more, with all its refunds and disputes, and books what it says. */
@FunctionalInterface
public interface Resync {

    /** Runs inside the transaction that books, with the order locked; it calls what it is given, once, and answers the same. */
    interface Around {
        <T> T run(Supplier<T> booking);
    }

    /** Answers in one word what came of it. A failure changes nothing, and is such a word too. */
    String resync(String sessionId, Around around);
}
