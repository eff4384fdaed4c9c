package dev.aicredits.stripe;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A refund as Stripe has it now. Its amount never changes.
 *
 * @param status in Stripe's words; {@link #PENDING} where it has none
 * @param paymentIntentId the payment that is refunded; null for one that was no payment intent
 */
public record StripeRefund(
        String id,
        String status,
        long amountCents,
        String currency,
        @Nullable String paymentIntentId,
        Instant createdAt) {

    static final String PENDING = "pending";

    /** Whether the money stayed with us, or came back to us. Stripe never takes that back. */
    public boolean failed() {
        return status.equals("failed") || status.equals("canceled");
    }
}
