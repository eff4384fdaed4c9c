package dev.aicredits.stripe;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What we ask of Stripe. Threads may share it.
 *
 * <p>Every call is bounded in time, repeated where that may help, and counted. Every call throws {@link StripeFailure}
 * and nothing else; no answer that it gives is other than Stripe's API allows (what is, is {@link
 * StripeFailure.Kind#GARBLED}). All calls but the two {@code createSession} and {@link #cancelSubscription} only
 * read.
 */
public interface StripeGateway extends AutoCloseable {

    /** Whether our key is of Stripe's live mode, in which money is real. */
    boolean livemode();

    /**
     * Opens a checkout session. The same request gives the same session, for the 24 hours that Stripe remembers its
     * idempotency key; after a failure it is unknown whether there is one.
     */
    StripeSession createSession(SessionRequest request);

    /** As {@link #createSession(SessionRequest)}, for a session that begins a subscription. */
    StripeSession createSession(SubscriptionRequest request);

    /** The session with its line items, the subscription that it began, and its first invoice. */
    SubscribingSession subscribingSession(String sessionId);

    /** The subscription. */
    StripeSubscription subscription(String subscriptionId);

    /**
     * Ends the subscription at once, and answers how it is then: nothing is invoiced or given back for what is left of its month.
     * Safe to repeat, also after a failure: what is over already is answered as it is. Stripe looks at no idempotency key here,
     * since it <a href="https://docs.stripe.com/api/subscriptions/cancel">deletes</a>, and does not find what it has
     * deleted before.
     */
    StripeSubscription cancelSubscription(String subscriptionId);

    /** The session with its line items, its payment and the payment's latest charge. */
    StripeSession session(String sessionId);

    /** The id of the checkout session that the payment came from; none if it came from elsewhere. */
    Optional<String> sessionOfPayment(String paymentIntentId);

    /** All refunds of the payment, the newest first. */
    List<StripeRefund> refundsOfPayment(String paymentIntentId);

    /** All disputes of the payment, the newest first, with the money they moved. */
    List<StripeDispute> disputesOfPayment(String paymentIntentId);

    /** The invoice. */
    StripeInvoice invoice(String invoiceId);

    /** What was given back of the invoice's payments, in its currency's cents, over all refunds that have not failed. */
    long refundedCents(String invoiceId);

    /**
     * Events of the given types and time that Stripe has not delivered to every webhook endpoint, the newest first.
     *
     * <p>Of a list whose {@code after} Stripe does not know any more, {@link StripeFailure.Kind#NOT_FOUND} is thrown.
     *
     * @param types at most 20, which is Stripe's limit
     * @param after the last event of the page before
     */
    StripePage<UndeliveredEvent> undeliveredEvents(
            List<String> types, StripePeriod created, int pageSize, @Nullable String after);

    /** Checkout sessions created in the period, with their payments, the newest first. */
    StripePage<StripeSession> sessions(StripePeriod created, int pageSize, @Nullable String after);

    /** Refunds created in the period, the newest first. */
    StripePage<StripeRefund> refunds(StripePeriod created, int pageSize, @Nullable String after);

    /** Disputes created in the period, the newest first. */
    StripePage<StripeDispute> disputes(StripePeriod created, int pageSize, @Nullable String after);

    /** Paid invoices created in the period, of subscriptions and others, the newest first. */
    StripePage<StripeInvoice> paidInvoices(StripePeriod created, int pageSize, @Nullable String after);

    @Override
    void close();
}
