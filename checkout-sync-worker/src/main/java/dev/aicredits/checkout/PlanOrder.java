package dev.aicredits.checkout;

import dev.aicredits.reconcile.Reconciler;
import dev.aicredits.stripe.StripeSubscription;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An order of a plan as we have it.
 *
 * @param organizationKey the organization's key in the database
 * @param organizationId the organization's id as clients know it
 * @param planName as the customer is shown it
 * @param reason why it failed or is held
 * @param amountCents what is paid each month
 * @param subscriptionStatus as Stripe was last seen to say
 * @param paidUntil the end of the subscription's period, likewise
 * @param updatedAt when it was last changed, or Stripe's word of it looked at; it only grows
 */
record PlanOrder(
        long organizationKey,
        String organizationId,
        UUID orderId,
        String planKey,
        String planName,
        PlanOrderState state,
        @Nullable String reason,
        long amountCents,
        String currency,
        boolean livemode,
        String successUrl,
        String cancelUrl,
        @Nullable String sessionId,
        @Nullable String url,
        @Nullable Instant expiresAt,
        @Nullable String subscriptionId,
        StripeSubscription.@Nullable Status subscriptionStatus,
        @Nullable Instant paidUntil,
        Instant createdAt,
        Instant updatedAt) {

    /** The reason of one that a person decided never to put in force. */
    static final String REFUSED = Reconciler.REFUSED_PLAN;

    /** Whether a person decided that the plan is never put in force. */
    boolean isRefused() {
        return state == PlanOrderState.FAILED && REFUSED.equals(reason);
    }

    /** Whether it was in force, and Stripe has said that its subscription has ended for good. */
    boolean isOver() {
        return state == PlanOrderState.ENDED && subscriptionStatus != null && subscriptionStatus.isOver();
    }

    /** Whether it is known already what Stripe says of the subscription. */
    boolean has(StripeSubscription subscription) {
        return subscription.id().equals(subscriptionId)
                && subscription.status() == subscriptionStatus
                && subscription.paidUntil().equals(paidUntil);
    }

    /** Whether the plan was put in force, then or until later. */
    boolean isFulfilled() {
        return state == PlanOrderState.ACTIVE || state == PlanOrderState.ENDED;
    }
}
