package dev.aicredits.stripe;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An invoice as Stripe has it now.
 *
 * @param status in Stripe's words
 * @param organizationId the organization that the invoice's metadata names, or that of its subscription
 * @param subscriptionId the subscription that it is of
 * @param planOrderMark our order's id as the subscription's metadata has it; null if it is none of ours
 */
public record StripeInvoice(
        String id,
        String status,
        String currency,
        long amountDueCents,
        long amountPaidCents,
        @Nullable Instant dueAt,
        Instant createdAt,
        @Nullable String organizationId,
        @Nullable String subscriptionId,
        @Nullable String planOrderMark) {}
