/** Top-ups: orders of credits, Stripe's events, what is booked of them, and the sweeps that miss nothing. */
@NullMarked
package dev.aicredits.checkout;

import org.jspecify.annotations.NullMarked;
