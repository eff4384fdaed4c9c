package dev.aicredits.ledger;

/** What became of one thing that was to be booked. Only {@link Booked} changed anything. */
public sealed interface BookingOutcome {

    /**
     * It is in the ledger now, for the first time.
     *
     * @param entrySeq its place in the organization's gapless sequence
     * @param balanceAfterNanos the organization's balance after it, in nano-USD
     */
    record Booked(long entrySeq, long balanceAfterNanos) implements BookingOutcome {}

    /**
     * It was in the ledger before, with the same billable facts.
     *
     * @param entrySeq the entry that stands for it
     */
    record Duplicate(long entrySeq) implements BookingOutcome {}

    /**
     * Its dedupe key was used before, for something else. Somebody made a mistake: alert.
     *
     * @param entrySeq the entry that holds the key
     */
    record Conflict(long entrySeq) implements BookingOutcome {}

    /** There is no such organization. */
    record UnknownOrganization() implements BookingOutcome {}

    /** The agent is another organization's. */
    record WrongOrganization() implements BookingOutcome {}

    /** The balance would be further than 4 billion USD from zero, where a long of nano-USD ends soon. */
    record OutOfRange() implements BookingOutcome {}

    /** It occurred in a month that is closed: whether it was booked then cannot be told here any more. */
    record Closed() implements BookingOutcome {}
}
