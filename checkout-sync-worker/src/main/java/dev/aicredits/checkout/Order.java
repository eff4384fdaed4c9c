package dev.aicredits.checkout;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An order of credits as we have it.
 *
 * @param organizationKey the organization's key in the database
 * @param organizationId the organization's id as clients know it
 * @param reason why it failed or is held
 * @param released what a person decided to credit in place of what was ordered
 * @param requestHash of what the client asked for
 * @param entrySeq its top-up in the ledger
 */
record Order(
        long organizationKey,
        String organizationId,
        UUID orderId,
        OrderState state,
        @Nullable String reason,
        @Nullable Release released,
        long amountCents,
        String currency,
        boolean livemode,
        RequestHash requestHash,
        String successUrl,
        String cancelUrl,
        @Nullable String sessionId,
        @Nullable String url,
        @Nullable Instant expiresAt,
        @Nullable Long entrySeq,
        Instant createdAt) {

    /** The session that is credited though it was not paid as ordered, and the amount that was looked at. */
    record Release(String sessionId, long amountCents) {}

    /** What is, or will be, credited. */
    long creditCents() {
        return released == null ? amountCents : released.amountCents();
    }

    /** The same order with a person's decision. */
    Order releasedAs(Release release) {
        return new Order(
                organizationKey,
                organizationId,
                orderId,
                state,
                reason,
                release,
                amountCents,
                currency,
                livemode,
                requestHash,
                successUrl,
                cancelUrl,
                sessionId,
                url,
                expiresAt,
                entrySeq,
                createdAt);
    }
}
