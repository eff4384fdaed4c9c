package dev.aicredits.stripe;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A checkout session as Stripe has it now.
 *
 * @param amountTotalCents what the customer pays, in {@code currency}'s cents; 0 where another product's has no amount
 * @param currency as Stripe writes it, in lower case; empty where another product's has none
 * @param clientReferenceId our order's id, if the session is ours
 * @param orderMark our order's id as the metadata has it; tells our sessions from other ones of the account, and is never
 *     what money is credited on
 * @param url where the customer pays, while that is possible
 * @param lineItemsTotalCents the sum over what is bought; negative where that is more than ours ever has; null where it
 *     was not asked for
 * @param payment null before the customer has begun to pay
 */
public record StripeSession(
        String id,
        Status status,
        PaymentStatus paymentStatus,
        long amountTotalCents,
        String currency,
        boolean livemode,
        @Nullable String clientReferenceId,
        @Nullable String orderMark,
        @Nullable String url,
        Instant createdAt,
        Instant expiresAt,
        @Nullable Long lineItemsTotalCents,
        @Nullable StripePayment payment) {

    /** How far the customer is. */
    public enum Status {
        OPEN,
        COMPLETE,
        EXPIRED
    }

    /** How far the money is. */
    public enum PaymentStatus {
        PAID,
        UNPAID,
        NO_PAYMENT_REQUIRED
    }
}
