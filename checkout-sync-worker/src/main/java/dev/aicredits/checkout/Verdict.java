package dev.aicredits.checkout;

import dev.aicredits.stripe.StripePayment;
import dev.aicredits.stripe.StripeSession;
import dev.aicredits.stripe.StripeSession.PaymentStatus;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a session, as Stripe has it now, means to the order it belongs to. Pure. */
sealed interface Verdict {

    /** Paid as ordered. */
    record Paid() implements Verdict {}

    /** Paid, but not as ordered. */
    record Held(ReviewReason reason) implements Verdict {}

    /** Not paid. */
    record Unpaid(OrderState state, @Nullable String reason) implements Verdict {}

    /** Why an order is {@link OrderState#FAILED} when its payment failed. */
    String PAYMENT_FAILED = "payment_failed";

    /** What a payment intent says after its payment failed: it waits for another method, or for nobody. */
    Set<String> FAILED_STATUSES = Set.of("requires_payment_method", "canceled");

    static Verdict of(Order order, StripeSession session) {
        if (session.paymentStatus() == PaymentStatus.UNPAID) {
            return unpaid(session);
        }
        ReviewReason reason = objection(order, session);
        return reason == null ? new Paid() : new Held(reason);
    }

    private static Verdict unpaid(StripeSession session) {
        return switch (session.status()) {
            case OPEN -> new Unpaid(OrderState.OPEN, null);
            case EXPIRED -> new Unpaid(OrderState.EXPIRED, null);
            case COMPLETE -> {
                StripePayment payment = session.payment();
                yield payment != null && FAILED_STATUSES.contains(payment.status())
                        ? new Unpaid(OrderState.FAILED, PAYMENT_FAILED)
                        : new Unpaid(OrderState.PROCESSING, null);
            }
        };
    }

    private static @Nullable ReviewReason objection(Order order, StripeSession session) {
        Order.Release released = order.released();
        if (released != null) {
            return objection(released, order, session);
        }
        if (order.sessionId() != null && !order.sessionId().equals(session.id())) {
            return ReviewReason.SECOND_SESSION;
        }
        if (!order.orderId().toString().equals(session.clientReferenceId())) {
            return ReviewReason.REFERENCE_MISMATCH;
        }
        if (session.livemode() != order.livemode()) {
            return ReviewReason.LIVEMODE_MISMATCH;
        }
        if (!session.currency().equals(order.currency())) {
            return ReviewReason.CURRENCY_MISMATCH;
        }
        if (session.amountTotalCents() != order.amountCents()) {
            return ReviewReason.AMOUNT_MISMATCH;
        }
        if (session.paymentStatus() != PaymentStatus.PAID) {
            return ReviewReason.NO_PAYMENT;
        }
        Long items = session.lineItemsTotalCents();
        return items == null || items != order.amountCents() ? ReviewReason.LINE_ITEMS_MISMATCH : null;
    }

    /** A person has looked at what else there is to object to. */
    private static @Nullable ReviewReason objection(Order.Release released, Order order, StripeSession session) {
        if (!released.sessionId().equals(session.id())) {
            return ReviewReason.SECOND_SESSION;
        }
        if (session.livemode() != order.livemode()) {
            return ReviewReason.LIVEMODE_MISMATCH;
        }
        if (!session.currency().equals(order.currency())) {
            return ReviewReason.CURRENCY_MISMATCH;
        }
        if (session.amountTotalCents() != released.amountCents()) {
            return ReviewReason.AMOUNT_MISMATCH;
        }
        return session.paymentStatus() == PaymentStatus.PAID ? null : ReviewReason.NO_PAYMENT;
    }
}
