package dev.aicredits.stripe;

import org.jspecify.annotations.Nullable;

/**
 * A checkout session that begins a subscription.
 *
 * @param organizationId the organization that its metadata names; null if it is none of ours
 * @param planOrderMark our order's id as the metadata has it; null if it is none of ours
 * @param subscription null before the customer has paid
 * @param invoicePaidCents what its first invoice says was paid; null before that is paid
 */
public record SubscribingSession(
        StripeSession session,
        @Nullable String organizationId,
        @Nullable String planOrderMark,
        @Nullable StripeSubscription subscription,
        @Nullable Long invoicePaidCents) {}
