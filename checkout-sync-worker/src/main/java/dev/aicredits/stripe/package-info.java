/** Stripe, as the rest of us see it: the only package that knows Stripe's client, and its key. */
@NullMarked
package dev.aicredits.stripe;

import org.jspecify.annotations.NullMarked;
