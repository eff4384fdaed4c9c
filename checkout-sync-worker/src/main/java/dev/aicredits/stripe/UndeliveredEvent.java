package dev.aicredits.stripe;

/**
 * An event that did not reach every webhook endpoint.
 *
 * @param json as Stripe lists it, which is what a webhook would have brought
 */
public record UndeliveredEvent(StripeEvent event, String json) {}
