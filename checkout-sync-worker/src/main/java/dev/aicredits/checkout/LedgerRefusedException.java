package dev.aicredits.checkout;

import dev.aicredits.ledger.BookingOutcome;

/** The ledger will not book what Stripe says happened: a person has to look. What was done with it is rolled back. */
final class LedgerRefusedException extends RuntimeException {

    LedgerRefusedException(BookingOutcome outcome) {
        super("the ledger answered " + outcome.getClass().getSimpleName());
    }
}
