/** The append-only ledger: bookings, balances, spends and their audit. */
@NullMarked
package dev.aicredits.ledger;

import org.jspecify.annotations.NullMarked;
