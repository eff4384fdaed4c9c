package dev.aicredits.reconcile;

import dev.aicredits.stripe.StripeDispute;
import dev.aicredits.stripe.StripeInvoice;
import dev.aicredits.stripe.StripeRefund;
import dev.aicredits.stripe.StripeSession;
import java.util.List;

/**
 * What Stripe has: sessions and paid invoices of the period and around it, refunds and disputes created in it. Of the whole account, other
 * products' too.
 */
record StripeSide(
        List<StripeSession> sessions,
        List<StripeRefund> refunds,
        List<StripeDispute> disputes,
        List<StripeInvoice> paidInvoices) {}
