package dev.aicredits.reconcile;

import java.util.function.Supplier;

/** Reads from Stripe once more, and does what that calls for, as a webhook would. A failure changes nothing, and is answered too. */
public interface Resync {

    /** Runs inside the transaction that changes something, with the order locked; it calls what it is given, once, and answers the same. */
    interface Around {
        <T> T run(Supplier<T> booking);
    }

    /** Books what the session says, with all its refunds and disputes. Answers in one word what came of it. */
    String resync(String sessionId, Around around);

    /** The same of a session that buys a plan. */
    String resyncPlan(String sessionId, Around around);

    /** The same of a subscription that pays for a plan. */
    String resyncSubscription(String subscriptionId, Around around);
}
