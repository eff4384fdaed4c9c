package dev.aicredits.reconcile;

import static dev.aicredits.reconcile.Reconciliation.nanos;
import static dev.aicredits.reconcile.Reconciliation.sum;

import dev.aicredits.stripe.StripeDispute;
import dev.aicredits.stripe.StripeDispute.Movement;
import dev.aicredits.stripe.StripeRefund;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares the way back: refunds and disputes. Of each the ledger is to have exactly the movements of money that Stripe
 * has, and of a payment that is not credited nothing.
 */
final class ReturnsComparison {

    private final Books books;
    private final List<Difference> differences;
    private SideTotals stripe = SideTotals.NONE;
    private SideTotals ledger = SideTotals.NONE;

    ReturnsComparison(Books books, List<Difference> differences) {
        this.books = books;
        this.differences = differences;
    }

    SideTotals stripe() {
        return stripe;
    }

    SideTotals ledger() {
        return ledger;
    }

    void refunds(List<StripeRefund> refunds) {
        books.refunds().values().forEach(entries -> ledger = ledger.plusRefunded(sum(entries)));
        Set<String> listed = new HashSet<>();
        for (StripeRefund refund : refunds) {
            OrderLine order = books.orderOfPayment(refund.paymentIntentId());
            if (order == null) {
                continue;
            }
            listed.add(refund.id());
            List<EntryLine> entries = books.refunds().getOrDefault(refund.id(), List.of());
            if (!refund.currency().equals(order.currency())) {
                add(DifferenceClass.CURRENCY_DIFFERS, order, refund.id(), null, entries);
                continue;
            }
            long expected = refund.failed() ? 0 : -nanos(refund.amountCents());
            boolean credited = books.isCredited(order, refund.paymentIntentId());
            stripe = stripe.plusRefunded(credited ? expected : 0);
            DifferenceClass type = isBookable(order, credited, entries)
                    ? refund(refund, credited, amounts(entries))
                    : DifferenceClass.REFUND_BOOKED_WRONG;
            if (type != null) {
                add(type, order, refund.id(), expected, entries);
            }
        }
        unlisted(books.refunds(), listed, DifferenceClass.REFUND_UNKNOWN);
    }

    private static @Nullable DifferenceClass refund(StripeRefund refund, boolean credited, List<Long> booked) {
        if (!credited) {
            return null;
        }
        long amount = nanos(refund.amountCents());
        if (!refund.failed()) {
            if (booked.isEmpty()) {
                return DifferenceClass.REFUND_NOT_BOOKED;
            }
            return booked.equals(List.of(-amount)) ? null : DifferenceClass.REFUND_BOOKED_WRONG;
        }
        if (booked.equals(List.of(-amount))) {
            return DifferenceClass.REFUND_NOT_REVERSED;
        }
        return booked.isEmpty() || booked.equals(List.of(-amount, amount)) ? null : DifferenceClass.REFUND_BOOKED_WRONG;
    }

    void disputes(List<StripeDispute> disputes) {
        books.disputes().values().forEach(entries -> ledger = ledger.plusDisputed(sum(entries)));
        Set<String> listed = new HashSet<>();
        for (StripeDispute dispute : disputes) {
            OrderLine order = books.orderOfPayment(dispute.paymentIntentId());
            if (order == null) {
                continue;
            }
            listed.add(dispute.id());
            List<EntryLine> entries = books.disputes().getOrDefault(dispute.id(), List.of());
            if (!dispute.currency().equals(order.currency())) {
                add(DifferenceClass.CURRENCY_DIFFERS, order, dispute.id(), null, entries);
                continue;
            }
            List<Long> moved = moved(dispute);
            long expected = moved.stream().reduce(0L, Math::addExact);
            boolean credited = books.isCredited(order, dispute.paymentIntentId());
            stripe = stripe.plusDisputed(credited ? expected : 0);
            DifferenceClass type = isBookable(order, credited, entries)
                    ? dispute(moved, credited, amounts(entries))
                    : DifferenceClass.DISPUTE_BOOKED_WRONG;
            if (type != null) {
                add(type, order, dispute.id(), expected, entries);
            }
        }
        unlisted(books.disputes(), listed, DifferenceClass.DISPUTE_UNKNOWN);
    }

    private static @Nullable DifferenceClass dispute(List<Long> moved, boolean credited, List<Long> entries) {
        List<Long> missing = new ArrayList<>(moved);
        for (long booked : entries) {
            if (!missing.remove((Long) booked)) {
                return DifferenceClass.DISPUTE_BOOKED_WRONG;
            }
        }
        return missing.isEmpty() || !credited ? null : DifferenceClass.DISPUTE_NOT_BOOKED;
    }

    /** What moved, in nano-USD. An account that is paid in another currency moves the disputed amount of ours. */
    private static List<Long> moved(StripeDispute dispute) {
        List<Long> moved = new ArrayList<>();
        for (Movement movement : dispute.movements()) {
            long cents = movement.currency().equals(dispute.currency())
                    ? movement.amountCents()
                    : Long.signum(movement.amountCents()) * dispute.amountCents();
            if (cents != 0) {
                moved.add(nanos(cents));
            }
        }
        return moved;
    }

    private void unlisted(Map<String, List<EntryLine>> booked, Set<String> listed, DifferenceClass type) {
        booked.forEach((id, entries) -> {
            if (!listed.contains(id)) {
                EntryLine first = entries.get(0);
                differences.add(
                        new Difference(type, first.organizationId(), id, first.sessionId(), null, 0L, sum(entries)));
            }
        });
    }

    /** Whether there may be these entries at all: of the order's organization, and only for what is credited. */
    private static boolean isBookable(OrderLine order, boolean credited, List<EntryLine> entries) {
        return (credited || entries.isEmpty())
                && entries.stream().allMatch(entry -> entry.organizationId().equals(order.organizationId()));
    }

    private static List<Long> amounts(List<EntryLine> entries) {
        return entries.stream().map(EntryLine::amountNanos).sorted().toList();
    }

    private void add(
            DifferenceClass type,
            OrderLine order,
            String subject,
            @Nullable Long stripeNanos,
            List<EntryLine> entries) {
        differences.add(new Difference(
                type, order.organizationId(), subject, order.sessionId(), order.state(), stripeNanos, sum(entries)));
    }
}
