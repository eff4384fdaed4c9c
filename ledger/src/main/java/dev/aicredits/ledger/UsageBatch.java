package dev.aicredits.ledger;

import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.usage.UsageEvent;

/**
 * Usage on its way into the ledger: collected event by event, then booked in one transaction. It keeps of each event
 * what is booked of it and not the event, so that a large batch is small. For one thread and one booking.
 */
public interface UsageBatch {

    /** Adds an event and its price. */
    void add(UsageEvent event, Priced price);

    /** How many events were added. */
    int size();

    /**
     * Books what was added in one transaction; an agent or external user seen for the first time is registered.
     * Refusals (see {@link BookingOutcome}) do not keep their neighbours from being booked. Entries of an organization
     * stand in the order of the batch.
     *
     * @throws org.springframework.dao.TransientDataAccessException and other {@code DataAccessException}s if the
     *     database could not do it now
     */
    UsageBooking book();
}
