package dev.aicredits.stripe;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dispute as Stripe has it now.
 *
 * @param status in Stripe's words
 * @param amountCents what is disputed, in {@code currency}'s cents
 * @param paymentIntentId the payment that is disputed; null for one that was no payment intent
 * @param movements the money that the dispute moved, the oldest first; only ever grows
 */
public record StripeDispute(
        String id,
        String status,
        long amountCents,
        String currency,
        @Nullable String paymentIntentId,
        Instant createdAt,
        List<Movement> movements) {

    /**
     * Money that went from us, or came back to us, because of a dispute; its fee aside.
     *
     * @param balanceTransactionId Stripe's id of it
     * @param amountCents in {@code currency}'s cents: negative when it was withdrawn, positive when it was reinstated
     * @param currency the one our account is paid in, which need not be the dispute's
     */
    public record Movement(String balanceTransactionId, long amountCents, String currency, Instant createdAt) {}
}
