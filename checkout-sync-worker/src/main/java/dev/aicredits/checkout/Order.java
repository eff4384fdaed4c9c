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
 * @param requestHash of what the client asked for
 * @param entrySeq its top-up in the ledger
 */
record Order(
        long organizationKey,
        String organizationId,
        UUID orderId,
        OrderState state,
        @Nullable String reason,
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
        Instant createdAt) {}
