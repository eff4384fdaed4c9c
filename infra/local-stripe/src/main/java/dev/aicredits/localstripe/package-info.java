/** A small stateful stand-in for Stripe, for {@code infra/up} and for tests: it moves no money and is never part of a service. */
@NullMarked
package dev.aicredits.localstripe;

import org.jspecify.annotations.NullMarked;
