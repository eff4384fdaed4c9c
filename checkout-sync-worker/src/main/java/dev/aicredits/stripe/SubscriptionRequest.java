package dev.aicredits.stripe;

import java.util.UUID;

/**
 * A checkout session that begins a monthly subscription. All of it is stored with the order, so that it can be asked for again, word
 * by word.
 *
 * @param orderId our order: the session's {@code client_reference_id}
 * @param organizationId who buys
 * @param name what the customer is shown
 * @param amountCents what is to be paid each month, in cents
 * @param currency ISO 4217, lower case
 * @param successUrl where the customer comes back to after paying; may contain {@code {CHECKOUT_SESSION_ID}}
 * @param cancelUrl where the customer comes back to otherwise
 */
public record SubscriptionRequest(
        UUID orderId,
        String organizationId,
        String name,
        long amountCents,
        String currency,
        String successUrl,
        String cancelUrl) {

    /** Stripe's idempotency key of this order. */
    String idempotencyKey() {
        return "aicredits-plan-order-" + orderId;
    }
}
