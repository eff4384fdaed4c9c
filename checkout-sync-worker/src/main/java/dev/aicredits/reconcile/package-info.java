/** Whether Stripe, our orders and the ledger agree, to the cent, and what to do where they do not. */
@NullMarked
package dev.aicredits.reconcile;

import org.jspecify.annotations.NullMarked;
