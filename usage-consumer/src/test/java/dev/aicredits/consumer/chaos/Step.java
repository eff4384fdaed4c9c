package dev.aicredits.consumer.chaos;

/** A point in the life of a batch at which {@link HaltingWorker} ends its JVM, as SIGKILL would, or waits. */
enum Step {
    /** Decoded and rated; nothing is in the database. */
    BEFORE_BOOKING,
    /** The transaction is committed; no ledger change is published. */
    AFTER_BOOKING,
    /** The ledger changes are acknowledged; the offsets are not committed. */
    BEFORE_OFFSETS
}
