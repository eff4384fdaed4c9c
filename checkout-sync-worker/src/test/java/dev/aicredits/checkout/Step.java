package dev.aicredits.checkout;

/** A point at which {@link HaltingWorker} ends its JVM, as SIGKILL would. */
enum Step {
    /** The order is committed; Stripe has not heard of it. */
    BEFORE_STRIPE_CREATES,
    /** Stripe has opened the session; we have not saved it. */
    AFTER_STRIPE_CREATED,
    /** The webhook's signature is checked; the event is not stored. */
    BEFORE_EVENT_STORED,
    /** The broker has the event; the webhook is not answered. */
    AFTER_EVENT_STORED,
    /** The session is read from Stripe; nothing is in the database. */
    AFTER_SESSION_READ,
    /** The entry is booked; its transaction is not committed. */
    BEFORE_COMMIT,
    /** The transaction is committed; the event is not noted. */
    AFTER_COMMIT,
    /** The event is noted; its offset is not committed. */
    BEFORE_OFFSETS
}
