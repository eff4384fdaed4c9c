package dev.aicredits.ledger;

import java.util.List;

/**
 * The append-only ledger of all organizations.
 *
 * <p>What it guarantees, whatever is repeated, killed or run at once:
 *
 * <ul>
 *   <li>Under one dedupe key an organization has at most one entry, for the life of the ledger.
 *   <li>Each organization's {@code entry_seq} counts 1, 2, 3, … without a gap, and each entry's balance is the one
 *       before plus its amount.
 *   <li>An entry, the balance and the monthly spends it moves are committed together or not at all.
 * </ul>
 *
 * <p>Every call is safe to repeat. A call that throws may or may not have committed: repeat it.
 */
public interface Ledger {

    /**
     * Books a batch of usage in one transaction; an agent or external user seen for the first time is registered.
     * Refusals (see {@link BookingOutcome}) do not keep their neighbours from being booked. Entries of an organization
     * stand in the order of the batch.
     *
     * @throws org.springframework.dao.TransientDataAccessException and other {@code DataAccessException}s if the
     *     database could not do it now
     */
    UsageBooking book(List<RatedUsage> batch);

    /**
     * Books one entry. Joins the caller's Spring transaction if there is one, so that a change and its entry commit
     * together; else it runs in its own.
     */
    BookingOutcome book(NewEntry entry);
}
