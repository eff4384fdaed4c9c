package dev.aicredits.stripe;

import com.stripe.model.BalanceTransaction;
import com.stripe.model.Charge;
import com.stripe.model.Dispute;
import com.stripe.model.Invoice;
import com.stripe.model.InvoicePayment;
import com.stripe.model.LineItem;
import com.stripe.model.LineItemCollection;
import com.stripe.model.PaymentIntent;
import com.stripe.model.Refund;
import com.stripe.model.Subscription;
import com.stripe.model.SubscriptionItem;
import com.stripe.model.checkout.Session;
import dev.aicredits.stripe.StripeDispute.Movement;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From the client's models to our records. What Stripe always sends and is missing makes the answer garbled. */
final class StripeMapping {

    /** Marks our sessions and payments among other ones of the same account. */
    static final String ORDER_MARK = "aicredits_order";

    /** Marks the sessions and subscriptions of plans; not as those of credits, which are booked. */
    static final String PLAN_ORDER_MARK = "aicredits_plan_order";

    /** Whom a session, a payment or an invoice is for. */
    static final String ORGANIZATION_MARK = "aicredits_organization";

    /** More line items than a page add up to nothing that an order of ours costs: each of ours has one. */
    private static final long LINE_ITEMS_OF_OTHERS = -1;

    private static final String SAVES_A_CARD = "setup";

    private StripeMapping() {}

    /**
     * A session that may be of ours has an amount and a currency. One of another product of the same account may have
     * neither (it saves a card, say): of that it is only told that it is not ours.
     */
    static StripeSession session(Session session) {
        boolean ours = mayBeOurs(session);
        return new StripeSession(
                required(session.getId(), "session id"),
                constant(StripeSession.Status.class, session.getStatus(), "session status"),
                constant(StripeSession.PaymentStatus.class, session.getPaymentStatus(), "payment status"),
                ours ? required(session.getAmountTotal(), "amount_total") : orZero(session.getAmountTotal()),
                ours ? required(session.getCurrency(), "currency") : orNone(session.getCurrency()),
                required(session.getLivemode(), "livemode"),
                session.getClientReferenceId(),
                mark(session.getMetadata(), ORDER_MARK),
                session.getUrl(),
                time(session.getCreated(), "created"),
                time(session.getExpiresAt(), "expires_at"),
                lineItemsTotal(session.getLineItems()),
                session.getPaymentIntent() == null ? null : payment(session));
    }

    private static boolean mayBeOurs(Session session) {
        return !SAVES_A_CARD.equals(session.getMode())
                && (session.getClientReferenceId() != null
                        || mark(session.getMetadata(), ORDER_MARK) != null
                        || mark(session.getMetadata(), PLAN_ORDER_MARK) != null);
    }

    private static long orZero(@Nullable Long cents) {
        return cents == null ? 0 : cents;
    }

    private static String orNone(@Nullable String currency) {
        return currency == null ? "" : currency;
    }

    private static @Nullable Long lineItemsTotal(@Nullable LineItemCollection items) {
        if (items == null) {
            return null;
        }
        if (Boolean.TRUE.equals(items.getHasMore())) {
            return LINE_ITEMS_OF_OTHERS;
        }
        long total = 0;
        for (LineItem item : items.getData()) {
            total = Math.addExact(total, required(item.getAmountTotal(), "line item's amount_total"));
        }
        return total;
    }

    private static StripePayment payment(Session session) {
        PaymentIntent intent = session.getPaymentIntentObject();
        if (intent == null) {
            throw StripeFailures.garbled("payment_intent is not expanded");
        }
        Charge charge = intent.getLatestChargeObject();
        if (charge == null && intent.getLatestCharge() != null) {
            throw StripeFailures.garbled("latest_charge is not expanded");
        }
        String id = required(intent.getId(), "payment intent id");
        String status = required(intent.getStatus(), "payment intent status");
        if (charge == null) {
            return new StripePayment(id, status, null, null, 0, false);
        }
        return new StripePayment(
                id,
                status,
                required(charge.getId(), "charge id"),
                time(charge.getCreated(), "charge created"),
                required(charge.getAmountRefunded(), "amount_refunded"),
                Boolean.TRUE.equals(charge.getDisputed()));
    }

    static StripeRefund refund(Refund refund) {
        return new StripeRefund(
                required(refund.getId(), "refund id"),
                // It may have none, which is not that it failed; the event of what becomes of it brings us back.
                refund.getStatus() == null ? StripeRefund.PENDING : refund.getStatus(),
                required(refund.getAmount(), "refund amount"),
                required(refund.getCurrency(), "refund currency"),
                refund.getPaymentIntent(),
                time(refund.getCreated(), "refund created"));
    }

    static StripeDispute dispute(Dispute dispute) {
        List<BalanceTransaction> moved = required(dispute.getBalanceTransactions(), "balance_transactions");
        return new StripeDispute(
                required(dispute.getId(), "dispute id"),
                required(dispute.getStatus(), "dispute status"),
                required(dispute.getAmount(), "dispute amount"),
                required(dispute.getCurrency(), "dispute currency"),
                dispute.getPaymentIntent(),
                time(dispute.getCreated(), "dispute created"),
                moved.stream()
                        .map(StripeMapping::movement)
                        .sorted(Comparator.comparing(Movement::createdAt).thenComparing(Movement::amountCents))
                        .toList());
    }

    private static Movement movement(BalanceTransaction transaction) {
        return new Movement(
                required(transaction.getId(), "balance transaction id"),
                required(transaction.getAmount(), "balance transaction amount"),
                required(transaction.getCurrency(), "balance transaction currency"),
                time(transaction.getCreated(), "balance transaction created"));
    }

    static StripeInvoice invoice(Invoice invoice) {
        Invoice.Parent.SubscriptionDetails subscribed = subscribed(invoice);
        return new StripeInvoice(
                required(invoice.getId(), "invoice id"),
                // A draft that was never finalized may have none.
                invoice.getStatus() == null ? "draft" : invoice.getStatus(),
                required(invoice.getCurrency(), "invoice currency"),
                required(invoice.getAmountDue(), "amount_due"),
                required(invoice.getAmountPaid(), "amount_paid"),
                invoice.getDueDate() == null ? null : time(invoice.getDueDate(), "due_date"),
                time(invoice.getCreated(), "invoice created"),
                organizationOf(invoice),
                subscribed == null ? null : subscribed.getSubscription(),
                subscribed == null ? null : mark(subscribed.getMetadata(), PLAN_ORDER_MARK));
    }

    /** What was refunded of a payment of an invoice. One that was not made through Stripe has nothing that can be refunded there. */
    static long refundedCents(InvoicePayment paid) {
        InvoicePayment.Payment payment = required(paid.getPayment(), "invoice payment's payment");
        if (payment.getPaymentIntent() == null) {
            return 0;
        }
        PaymentIntent intent = required(payment.getPaymentIntentObject(), "expanded payment_intent");
        Charge charge = intent.getLatestChargeObject();
        if (charge == null && intent.getLatestCharge() != null) {
            throw StripeFailures.garbled("latest_charge is not expanded");
        }
        return charge == null ? 0 : required(charge.getAmountRefunded(), "amount_refunded");
    }

    private static @Nullable String organizationOf(Invoice invoice) {
        String own = mark(invoice.getMetadata(), ORGANIZATION_MARK);
        Invoice.Parent.SubscriptionDetails subscribed = subscribed(invoice);
        return own != null || subscribed == null ? own : mark(subscribed.getMetadata(), ORGANIZATION_MARK);
    }

    private static Invoice.Parent.@Nullable SubscriptionDetails subscribed(Invoice invoice) {
        return invoice.getParent() == null ? null : invoice.getParent().getSubscriptionDetails();
    }

    static SubscribingSession subscribingSession(Session session) {
        Subscription subscription = session.getSubscriptionObject();
        if (subscription == null && session.getSubscription() != null) {
            throw StripeFailures.garbled("subscription is not expanded");
        }
        return new SubscribingSession(
                session(session),
                mark(session.getMetadata(), ORGANIZATION_MARK),
                mark(session.getMetadata(), PLAN_ORDER_MARK),
                subscription == null ? null : subscription(subscription),
                invoicePaid(session));
    }

    private static @Nullable Long invoicePaid(Session session) {
        Invoice invoice = session.getInvoiceObject();
        if (invoice == null && session.getInvoice() != null) {
            throw StripeFailures.garbled("invoice is not expanded");
        }
        return invoice == null || !"paid".equals(invoice.getStatus())
                ? null
                : required(invoice.getAmountPaid(), "amount_paid");
    }

    static StripeSubscription subscription(Subscription subscription) {
        List<SubscriptionItem> items =
                required(subscription.getItems(), "subscription's items").getData();
        return new StripeSubscription(
                required(subscription.getId(), "subscription id"),
                constant(StripeSubscription.Status.class, subscription.getStatus(), "subscription status"),
                mark(subscription.getMetadata(), ORGANIZATION_MARK),
                mark(subscription.getMetadata(), PLAN_ORDER_MARK),
                items.stream()
                        .map(item -> time(item.getCurrentPeriodEnd(), "current_period_end"))
                        .max(Comparator.naturalOrder())
                        .orElseThrow(() -> StripeFailures.garbled("no subscription item")));
    }

    private static @Nullable String mark(@Nullable Map<String, String> metadata, String name) {
        return metadata == null ? null : metadata.get(name);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, @Nullable String value, String what) {
        try {
            return Enum.valueOf(type, required(value, what).toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw StripeFailures.garbled(what);
        }
    }

    private static Instant time(@Nullable Long epochSeconds, String what) {
        return Instant.ofEpochSecond(required(epochSeconds, what));
    }

    private static <T> T required(@Nullable T value, String what) {
        if (value == null) {
            throw StripeFailures.garbled("no " + what);
        }
        return value;
    }
}
