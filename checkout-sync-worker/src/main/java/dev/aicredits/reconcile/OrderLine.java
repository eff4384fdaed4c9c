package dev.aicredits.reconcile;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An order, as far as it is compared.
 *
 * @param sessionId the one that is, or is to be, credited
 * @param paymentIntentId the payment of that session, as far as it is known
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

    /** Whether it is paid otherwise than ordered, and not credited: waits for a person, or a person refused it. */
    boolean isHeld() {
        return state.equals("review") || state.equals("refused");
    }
}
