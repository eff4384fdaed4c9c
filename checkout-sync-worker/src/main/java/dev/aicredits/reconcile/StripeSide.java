package dev.aicredits.reconcile;

import dev.aicredits.stripe.StripeDispute;
import dev.aicredits.stripe.StripeInvoice;
import dev.aicredits.stripe.StripeRefund;
import dev.aicredits.stripe.StripeSession;
import java.util.List;
import java.util.Set;

/**
 * What Stripe has: sessions and paid invoices of the period and around it, refunds and disputes created in it. Of the whole account, other
 * products' too.
 *
 * @param givenBackInvoices ids of those of the paid invoices, among the ones without an order, of which all that was paid was given back
 */
record StripeSide(
        List<StripeSession> sessions,
        List<StripeRefund> refunds,
        List<StripeDispute> disputes,
        List<StripeInvoice> paidInvoices,
        Set<String> givenBackInvoices) {

    StripeSide withGivenBack(Set<String> invoices) {
        return new StripeSide(sessions, refunds, disputes, paidInvoices, invoices);
    }
}
