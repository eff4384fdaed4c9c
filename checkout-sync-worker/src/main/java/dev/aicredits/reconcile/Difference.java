package dev.aicredits.reconcile;

import org.jspecify.annotations.Nullable;

/**
 * One thing on which the sides do not agree.
 *
 * @param organizationId null where nobody here knows whose it is
 * @param subject the Stripe id it is about: a session, a refund, a dispute, an invoice or a subscription
 * @param sessionId the session behind the subject; null where it is not known
 * @param orderState null where there is no order
 * @param stripeNanos what Stripe has of the subject, signed as the customer sees it; null for another currency
 * @param ledgerNanos what the ledger has of it
 */
public record Difference(
        DifferenceClass type,
        @Nullable String organizationId,
        String subject,
        @Nullable String sessionId,
        @Nullable String orderState,
        @Nullable Long stripeNanos,
        long ledgerNanos) {

    /** Whether {@code other} is the same trouble, whatever the figures are by now. */
    boolean isAbout(Difference other) {
        return type == other.type && subject.equals(other.subject);
    }
}
