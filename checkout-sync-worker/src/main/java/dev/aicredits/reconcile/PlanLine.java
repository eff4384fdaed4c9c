package dev.aicredits.reconcile;

import dev.aicredits.stripe.StripeSubscription.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * An order of a plan, as far as it is compared.
 *
 * @param state as table {@code plan_order} names it
 * @param amountCents what was ordered: the fee of a month
 * @param acceptedCents what was paid first, where a person took another amount
 * @param isRefused whether a person has decided that it is never put in force
 * @param subscriptionStatus as last seen
 * @param paidUntil the end of the subscription's month, as last seen
 */
record PlanLine(
        String organizationId,
        String orderId,
        @Nullable String sessionId,
        String state,
        long amountCents,
        @Nullable Long acceptedCents,
        boolean isRefused,
        @Nullable String subscriptionId,
        @Nullable Status subscriptionStatus,
        @Nullable Instant paidUntil,
        Instant createdAt) {

    /** A renewal's invoice is a draft for about an hour before it is charged, and the subscription active meanwhile. */
    private static final Duration CHARGED_AFTER = Duration.ofDays(1);

    private static final Duration SESSION_LIFE_MAX = Duration.ofDays(2);

    boolean isActive() {
        return state.equals("active");
    }

    /** Whether the plan was put in force for it, then or until later. */
    boolean isFulfilled() {
        return isActive() || state.equals("ended");
    }

    /** Whether it waits for a person, or one refused it and its subscription goes on. */
    boolean isHeld() {
        boolean over = subscriptionStatus != null && subscriptionStatus.isOver();
        return state.equals("review") || (isRefused && !over);
    }

    /** Whether an invoice of that amount is one that was ordered, or that a person took. */
    boolean isPaidBy(String currency, long cents) {
        boolean accepted = acceptedCents != null && cents == acceptedCents;
        return currency.equals(Reconciliation.CURRENCY) && (cents == amountCents || accepted);
    }

    /** When the month that has to be paid by {@code now} began; null if none has to be. */
    @Nullable Instant owedSince(Instant now) {
        // A renewal that is past due stays in force, while Stripe tries.
        if (!isActive() || paidUntil == null || subscriptionStatus != Status.ACTIVE) {
            return null;
        }
        Instant since = paidUntil.atOffset(ZoneOffset.UTC).minusMonths(1).toInstant();
        boolean first = since.isBefore(createdAt.plus(SESSION_LIFE_MAX));
        return first || since.plus(CHARGED_AFTER).isBefore(now) ? since : null;
    }
}
