package dev.aicredits.ledger;

/** The ledger's own tables contradict each other. Nothing may be booked until a person has looked. */
public final class BrokenLedgerException extends RuntimeException {

    BrokenLedgerException(String message) {
        super(message);
    }
}
