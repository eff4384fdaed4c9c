package dev.aicredits.stripe;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An invoice as Stripe has it now.
 *
 * @param status in Stripe's words
 * @param organizationId the organization that the invoice's metadata names
 * @param subscriptionId the subscription that it is of
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
        @Nullable String subscriptionId) {}
