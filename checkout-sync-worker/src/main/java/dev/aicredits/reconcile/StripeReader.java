package dev.aicredits.reconcile;

import dev.aicredits.stripe.StripeGateway;
import dev.aicredits.stripe.StripeInvoice;
import dev.aicredits.stripe.StripePage;
import dev.aicredits.stripe.StripePeriod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads a period's sessions, refunds and disputes from Stripe, page by page. */
final class StripeReader {

    /**
     * Stripe lists sessions by when they were opened, and we ask by when they were charged: a session can be paid for 24
     * hours. Twice that on either side leaves none out.
     */
    static final Duration SESSION_MARGIN = Duration.ofDays(2);

    private static final int PAGE_SIZE = 100;
    private static final int PAGES_MAX = 1000;

    private interface Pages<T> {
        StripePage<T> after(@Nullable String last);
    }

    private final StripeGateway stripe;

    StripeReader(StripeGateway stripe) {
        this.stripe = stripe;
    }

    /** @throws PeriodTooLargeException if there is more than a hundred thousand of anything */
    StripeSide read(StripePeriod period) {
        StripePeriod wide = new StripePeriod(
                period.from().minus(SESSION_MARGIN), period.until().plus(SESSION_MARGIN));
        StripePeriod aroundInvoices = new StripePeriod(
                period.from().minus(PlanComparison.INVOICE_MARGIN),
                period.until().plus(PlanComparison.INVOICE_MARGIN));
        return new StripeSide(
                all(last -> stripe.sessions(wide, PAGE_SIZE, last)),
                all(last -> stripe.refunds(period, PAGE_SIZE, last)),
                all(last -> stripe.disputes(period, PAGE_SIZE, last)),
                all(last -> stripe.paidInvoices(aroundInvoices, PAGE_SIZE, last)),
                Set.of());
    }

    /** The ids of those of which all that was paid was given back. A call each: of few it is asked. */
    Set<String> givenBack(List<StripeInvoice> invoices) {
        return invoices.stream()
                .filter(invoice -> stripe.refundedCents(invoice.id()) >= invoice.amountPaidCents())
                .map(StripeInvoice::id)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static <T> List<T> all(Pages<T> pages) {
        List<T> items = new ArrayList<>();
        String last = null;
        int read = 0;
        do {
            if (read++ == PAGES_MAX) {
                throw new PeriodTooLargeException();
            }
            StripePage<T> page = pages.after(last);
            items.addAll(page.items());
            last = page.next();
        } while (last != null);
        return items;
    }
}
