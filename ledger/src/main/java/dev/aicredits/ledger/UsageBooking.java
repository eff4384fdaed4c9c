package dev.aicredits.ledger;

import java.util.List;

/**
 * What became of a batch of usage.
 *
 * @param outcomes one for each element of the batch, in its order
 * @param changes the state of every organization that the batch booked to or repeated an entry of
 */
public record UsageBooking(List<BookingOutcome> outcomes, List<LedgerChange> changes) {}
