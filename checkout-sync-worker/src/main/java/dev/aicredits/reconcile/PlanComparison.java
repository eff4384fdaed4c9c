package dev.aicredits.reconcile;

import dev.aicredits.stripe.StripeInvoice;
import dev.aicredits.stripe.StripePeriod;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares the paid invoices of subscriptions with the orders of plans that they pay for. Pure.
 *
 * <p>An invoice belongs to the period in which it was created. A plan in force has to be paid for in the period in which its
 * present month began.
 */
final class PlanComparison {

    /** A month before the end of one can be three days off its beginning, and an invoice is created a moment later. */
    static final Duration INVOICE_MARGIN = Duration.ofDays(4);

    private final List<Difference> differences;
    private PlanTotals totals = PlanTotals.NONE;

    PlanComparison(List<Difference> differences) {
        this.differences = differences;
    }

    PlanTotals totals() {
        return totals;
    }

    /** Those of the period that have our mark, and no order of ours. */
    static List<StripeInvoice> unknown(StripePeriod period, List<StripeInvoice> invoices, List<PlanLine> orders) {
        Map<String, PlanLine> byMark = byMark(orders);
        return invoices.stream()
                .filter(invoice -> invoice.planOrderMark() != null && invoice.subscriptionId() != null)
                .filter(invoice -> contains(period, invoice.createdAt()))
                .filter(invoice ->
                        !byMark.containsKey(key(invoice.organizationId(), String.valueOf(invoice.planOrderMark()))))
                .toList();
    }

    private static Map<String, PlanLine> byMark(List<PlanLine> orders) {
        Map<String, PlanLine> byMark = new HashMap<>();
        orders.forEach(order -> byMark.put(key(order.organizationId(), order.orderId()), order));
        return byMark;
    }

    /**
     * @param invoices the paid ones of the period and {@link #INVOICE_MARGIN} around it
     * @param givenBack the ids of those without an order that are no difference any more
     */
    void compare(StripePeriod period, List<StripeInvoice> invoices, List<PlanLine> orders, Set<String> givenBack) {
        Map<String, PlanLine> byMark = byMark(orders);
        Map<String, Set<Instant>> paid = new HashMap<>();
        for (StripeInvoice invoice : invoices) {
            String mark = invoice.planOrderMark();
            String subscription = invoice.subscriptionId();
            if (mark == null || subscription == null) {
                continue;
            }
            paid.computeIfAbsent(subscription, unused -> new HashSet<>()).add(invoice.createdAt());
            if (contains(period, invoice.createdAt())) {
                paid(invoice, byMark.get(key(invoice.organizationId(), mark)), givenBack);
            }
        }
        orders.forEach(order -> inForce(period, order, paid));
    }

    private static String key(@Nullable String organizationId, String orderId) {
        return organizationId + " " + orderId;
    }

    private void paid(StripeInvoice invoice, @Nullable PlanLine order, Set<String> givenBack) {
        Long nanos = invoice.currency().equals(Reconciliation.CURRENCY)
                ? Long.valueOf(Reconciliation.nanos(invoice.amountPaidCents()))
                : null;
        if (nanos != null) {
            totals = totals.plus(nanos);
        }
        DifferenceClass type = type(invoice, order, givenBack);
        if (type != null) {
            add(type, invoice.id(), order, nanos);
        }
    }

    private static @Nullable DifferenceClass type(
            StripeInvoice invoice, @Nullable PlanLine order, Set<String> givenBack) {
        if (order == null) {
            return givenBack.contains(invoice.id()) ? null : DifferenceClass.PLAN_UNKNOWN;
        }
        if (order.isHeld()) {
            return DifferenceClass.PLAN_HELD_FOR_REVIEW;
        }
        boolean itsOwn = String.valueOf(invoice.subscriptionId()).equals(order.subscriptionId());
        if (order.isRefused()) {
            return null;
        }
        if (!order.isFulfilled() || !itsOwn) {
            return DifferenceClass.PLAN_PAID_NOT_IN_FORCE;
        }
        return order.isPaidBy(invoice.currency(), invoice.amountPaidCents())
                ? null
                : DifferenceClass.PLAN_AMOUNT_DIFFERS;
    }

    private void inForce(StripePeriod period, PlanLine order, Map<String, Set<Instant>> paid) {
        Instant since = order.owedSince(period.until());
        if (since == null || !contains(period, since)) {
            return;
        }
        String subscription = String.valueOf(order.subscriptionId());
        boolean isPaid = paid.getOrDefault(subscription, Set.of()).stream()
                .anyMatch(createdAt -> !createdAt.isBefore(since.minus(INVOICE_MARGIN)));
        if (!isPaid) {
            add(DifferenceClass.PLAN_IN_FORCE_NOT_PAID, subscription, order, 0L);
        }
    }

    private static boolean contains(StripePeriod period, Instant time) {
        return !time.isBefore(period.from()) && time.isBefore(period.until());
    }

    private void add(DifferenceClass type, String subject, @Nullable PlanLine order, @Nullable Long stripeNanos) {
        differences.add(new Difference(
                type,
                order == null ? null : order.organizationId(),
                subject,
                order == null ? null : order.sessionId(),
                order == null ? null : order.state(),
                stripeNanos,
                0));
    }
}
