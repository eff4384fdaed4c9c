package dev.aicredits.reconcile;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An order, as far as it is compared.
 *
 * @param state as table {@code checkout_session} names it
 * @param entrySeq the top-up that the order says it has
 */
record OrderLine(
        String organizationId,
        String orderId,
        @Nullable String sessionId,
        @Nullable String paymentIntentId,
        String state,
        long amountCents,
        String currency,
        @Nullable Long entrySeq,
        Instant createdAt) {

    boolean isCredited() {
        return state.equals("credited");
    }

    boolean isInReview() {
        return state.equals("review");
    }
}
