package dev.aicredits.stripe;

import org.jspecify.annotations.Nullable;

/**
 * An event that did not reach every webhook endpoint.
 *
 * @param id the event's, or, where none can be read, one that is made of its bytes: the same each time that it is listed
 * @param event null if it can't be read
 * @param json as Stripe lists it, which is what a webhook would have brought
 */
public record UndeliveredEvent(String id, @Nullable StripeEvent event, String json) {}
