package dev.aicredits.checkout;

import dev.aicredits.stripe.StripeSession;
import dev.aicredits.stripe.StripeSession.PaymentStatus;
import dev.aicredits.stripe.StripeSubscription;
import dev.aicredits.stripe.SubscribingSession;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What follows for an order of a plan from what Stripe says of its session. */
sealed interface PlanVerdict {

    /** Nobody has paid. */
    record Unpaid(PlanOrderState state) implements PlanVerdict {}

    /** It is paid as ordered; the plan is what the subscription says. */
    record Paid(StripeSubscription subscription) implements PlanVerdict {}

    /** It is paid, and not as ordered: a person has to look. */
    record Held(Reason reason) implements PlanVerdict {}

    /** Why an order of a plan is held; a closed list. */
    enum Reason {
        OTHER_SESSION,
        OTHER_REFERENCE,
        OTHER_AMOUNT,
        OTHER_CURRENCY,
        OTHER_MODE,
        NO_SUBSCRIPTION,
        /** The organization has a subscription that pays for a plan already. */
        SUBSCRIBED_TWICE,
        /** The organization pays by invoice by now, and its plan was agreed on. */
        ORGANIZATION_INVOICED;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Judges; the order is compared, and the session's metadata is not believed. */
    static PlanVerdict of(PlanOrder order, SubscribingSession found) {
        StripeSession session = found.session();
        if (session.status() == StripeSession.Status.EXPIRED) {
            return new Unpaid(PlanOrderState.EXPIRED);
        }
        if (session.status() == StripeSession.Status.OPEN) {
            return new Unpaid(PlanOrderState.OPEN);
        }
        if (session.paymentStatus() == PaymentStatus.UNPAID) {
            return new Unpaid(PlanOrderState.PROCESSING);
        }
        Reason difference = difference(order, found);
        if (difference != null) {
            return new Held(difference);
        }
        return found.subscription() == null ? new Held(Reason.NO_SUBSCRIPTION) : new Paid(found.subscription());
    }

    /**
     * The subscription that pays for the order if a person takes it as it is: in another amount than ordered perhaps, or by another
     * session. What is not paid, or in another currency or mode, does not pay for it.
     */
    static Optional<StripeSubscription> paying(PlanOrder order, SubscribingSession found) {
        StripeSession session = found.session();
        boolean isPaid = session.status() == StripeSession.Status.COMPLETE
                && session.paymentStatus() == PaymentStatus.PAID
                && session.livemode() == order.livemode()
                && session.currency().equals(order.currency());
        return Optional.ofNullable(found.subscription())
                .filter(subscription -> isPaid && subscription.status().isInForce());
    }

    private static @Nullable Reason difference(PlanOrder order, SubscribingSession found) {
        StripeSession session = found.session();
        if (order.sessionId() != null && !order.sessionId().equals(session.id())) {
            return Reason.OTHER_SESSION;
        }
        if (!order.orderId().toString().equals(session.clientReferenceId())) {
            return Reason.OTHER_REFERENCE;
        }
        if (order.livemode() != session.livemode() || session.paymentStatus() != PaymentStatus.PAID) {
            return Reason.OTHER_MODE;
        }
        if (!order.currency().equals(session.currency())) {
            return Reason.OTHER_CURRENCY;
        }
        Long items = session.lineItemsTotalCents();
        boolean amount =
                session.amountTotalCents() == order.amountCents() && (items == null || items == order.amountCents());
        Long paid = found.invoicePaidCents();
        // The session says what was asked for, the invoice what came: less, if somebody changed it meanwhile.
        boolean enough = paid == null || paid >= order.amountCents();
        return amount && enough ? null : Reason.OTHER_AMOUNT;
    }
}
