package dev.aicredits.stripe;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The payment of a checkout session: Stripe's payment intent with its latest charge.
 *
 * @param id the payment intent's
 * @param status the payment intent's, in Stripe's words: {@code processing} while a delayed method is under way, {@code
 *     requires_payment_method} once it failed
 * @param chargeId null before the first attempt to charge
 * @param chargedAt when the charge was made
 * @param amountRefundedCents of the charge, over all refunds that have not failed
 * @param disputed whether the charge was ever disputed
 */
public record StripePayment(
        String id,
        String status,
        @Nullable String chargeId,
        @Nullable Instant chargedAt,
        long amountRefundedCents,
        boolean disputed) {}
