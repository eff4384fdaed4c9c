package dev.aicredits.ledger;

import java.util.List;

/**
 * The append-only ledger of all organizations.
 *
 * <p>What it guarantees, whatever is repeated, killed or run at once:
 *
 * <ul>
 *   <li>Under one dedupe key an organization has at most one entry, for the life of the ledger. Once an entry is in the archive,
 *       usage that occurred as early is {@link BookingOutcome.Closed}, whatever its key.
 *   <li>Each organization's {@code entry_seq} counts 1, 2, 3, … without a gap, and each entry's balance is the one
 *       before plus its amount.
 *   <li>An entry, the balance and the monthly spends it moves are committed together or not at all.
 * </ul>
 *
 * <p>Every call is safe to repeat. A call that throws may or may not have committed: repeat it.
 */
public interface Ledger {

    /** A new, empty batch of usage that this ledger will book. */
    UsageBatch batch();

    /** Books usage that is all there already; see {@link UsageBatch#book()}. */
    default UsageBooking book(List<RatedUsage> usages) {
        UsageBatch batch = batch();
        usages.forEach(usage -> batch.add(usage.event(), usage.price()));
        return batch.book();
    }

    /**
     * Books one entry. Joins the caller's Spring transaction if there is one, so that a change and its entry commit
     * together; else it runs in its own.
     */
    BookingOutcome book(NewEntry entry);
}
