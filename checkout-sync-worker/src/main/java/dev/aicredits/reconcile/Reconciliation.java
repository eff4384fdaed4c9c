package dev.aicredits.reconcile;

import dev.aicredits.money.Usd;
import dev.aicredits.stripe.StripePeriod;
import dev.aicredits.stripe.StripeSession;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares the payments, refunds and disputes of a period with our orders and the ledger's entries, and what was paid for
 * plans with the orders of these. Pure.
 *
 * <p>A thing belongs to the period in which it happened at Stripe: a payment when it was charged, a refund and a dispute
 * when they were created. All that belongs to it is compared with it, whenever it was booked: the edges of a period cut
 * nothing in two, and adjoining periods add up to the whole.
 */
final class Reconciliation {

    static final String CURRENCY = "usd";

    private static final long NANOS_PER_CENT = Usd.NANOS_PER_USD / 100;

    private final Books books;
    private final List<Difference> differences = new ArrayList<>();
    private SideTotals stripe = SideTotals.NONE;
    private SideTotals ledger = SideTotals.NONE;

    private Reconciliation(Books books) {
        this.books = books;
    }

    static Report of(StripePeriod period, StripeSide stripeSide, OurSide ours) {
        Reconciliation all = new Reconciliation(new Books(stripeSide, ours));
        stripeSide.sessions().stream()
                .filter(session -> contains(period, happenedAt(session)))
                .forEach(all::session);
        all.unlistedTopUps();
        all.unlistedOrders(period, ours.orders());
        ReturnsComparison returns = new ReturnsComparison(all.books, all.differences);
        returns.refunds(stripeSide.refunds());
        returns.disputes(stripeSide.disputes());
        PlanComparison plans = new PlanComparison(all.differences);
        plans.compare(period, stripeSide.paidInvoices(), ours.plans(), stripeSide.givenBackInvoices());
        return new Report(
                period,
                new SideTotals(
                        all.stripe.paidNanos(),
                        returns.stripe().refundedNanos(),
                        returns.stripe().disputedNanos()),
                new SideTotals(
                        all.ledger.paidNanos(),
                        returns.ledger().refundedNanos(),
                        returns.ledger().disputedNanos()),
                plans.totals(),
                List.copyOf(all.differences));
    }

    private static boolean contains(StripePeriod period, Instant time) {
        return !time.isBefore(period.from()) && time.isBefore(period.until());
    }

    /** When a session was charged; before it is, when it was opened. */
    static Instant happenedAt(StripeSession session) {
        boolean unpaid = session.paymentStatus() == StripeSession.PaymentStatus.UNPAID;
        Instant chargedAt = session.payment() == null ? null : session.payment().chargedAt();
        return unpaid || chargedAt == null ? session.createdAt() : chargedAt;
    }

    private void session(StripeSession session) {
        List<EntryLine> entries = books.topUps().getOrDefault(session.id(), List.of());
        OrderLine order = books.orderOf(session);
        boolean paid = session.paymentStatus() != StripeSession.PaymentStatus.UNPAID;
        boolean ours = order != null || session.orderMark() != null;
        if (ours && paid && session.currency().equals(CURRENCY)) {
            stripe = stripe.plusPaid(nanos(session.amountTotalCents()));
        }
        entries.forEach(entry -> ledger = ledger.plusPaid(entry.amountNanos()));
        if (order == null) {
            entries.forEach(entry -> creditedNotPaid(session.id(), entry));
            if (ours && paid && !isGivenBack(session)) {
                add(DifferenceClass.UNKNOWN_SESSION, session, null, 0);
            }
            return;
        }
        List<EntryLine> own = entries.stream()
                .filter(entry -> entry.organizationId().equals(order.organizationId()))
                .toList();
        entries.stream().filter(entry -> !own.contains(entry)).forEach(entry -> creditedNotPaid(session.id(), entry));
        DifferenceClass type = paid ? paid(session, order, own) : unpaid(session, order, own);
        if (type != null) {
            add(type, session, order, sum(own));
        }
    }

    private static @Nullable DifferenceClass paid(StripeSession session, OrderLine order, List<EntryLine> own) {
        if (own.isEmpty()) {
            return uncredited(session, order);
        }
        if (own.size() > 1) {
            return DifferenceClass.DUPLICATE_CREDIT;
        }
        if (!session.currency().equals(order.currency())) {
            return DifferenceClass.CURRENCY_DIFFERS;
        }
        if (own.get(0).amountNanos() != nanos(session.amountTotalCents())) {
            return DifferenceClass.AMOUNT_DIFFERS;
        }
        Long entrySeq = order.entrySeq();
        boolean settled =
                order.isCredited() && entrySeq != null && entrySeq == own.get(0).entrySeq();
        return settled ? null : DifferenceClass.ORDER_STATE_DIFFERS;
    }

    /** A second session of a credited order is held too: fulfilling it again would not, and must not, credit it. */
    private static @Nullable DifferenceClass uncredited(StripeSession session, OrderLine order) {
        boolean second = order.sessionId() != null && !order.sessionId().equals(session.id());
        if (!order.isHeld() && !(second && order.isCredited())) {
            return DifferenceClass.PAID_NOT_CREDITED;
        }
        return isGivenBack(session) ? null : DifferenceClass.HELD_FOR_REVIEW;
    }

    /** All of it. */
    private static boolean isGivenBack(StripeSession session) {
        return session.payment() != null && session.payment().amountRefundedCents() >= session.amountTotalCents();
    }

    private static @Nullable DifferenceClass unpaid(StripeSession session, OrderLine order, List<EntryLine> own) {
        if (!own.isEmpty()) {
            return DifferenceClass.CREDITED_NOT_PAID;
        }
        boolean another = order.sessionId() != null && !order.sessionId().equals(session.id());
        if (another || order.isHeld()) {
            return null;
        }
        boolean behind =
                switch (order.state()) {
                    case "created" -> true;
                    case "open" -> session.status() != StripeSession.Status.OPEN;
                    case "processing" -> hasFailed(session);
                    case "credited" -> true;
                    default -> false;
                };
        return behind ? DifferenceClass.ORDER_STATE_DIFFERS : null;
    }

    private static boolean hasFailed(StripeSession session) {
        return session.payment() != null
                && (session.payment().status().equals("requires_payment_method")
                        || session.payment().status().equals("canceled"));
    }

    /** Top-ups of the period whose session Stripe has not, neither in the period nor around it. */
    private void unlistedTopUps() {
        for (Map.Entry<String, List<EntryLine>> group : books.topUps().entrySet()) {
            if (!books.hasSession(group.getKey())) {
                group.getValue().forEach(entry -> {
                    ledger = ledger.plusPaid(entry.amountNanos());
                    creditedNotPaid(group.getKey(), entry);
                });
            }
        }
    }

    /** Orders that say that they are credited, and neither Stripe nor the ledger knows of it. */
    private void unlistedOrders(StripePeriod period, List<OrderLine> orders) {
        for (OrderLine order : orders) {
            String session = order.sessionId();
            if (session != null
                    && order.isCredited()
                    && contains(period, order.createdAt())
                    && !books.hasSession(session)
                    && !books.topUps().containsKey(session)) {
                differences.add(new Difference(
                        DifferenceClass.ORDER_STATE_DIFFERS,
                        order.organizationId(),
                        session,
                        session,
                        order.state(),
                        0L,
                        0));
            }
        }
    }

    private void creditedNotPaid(String sessionId, EntryLine entry) {
        differences.add(new Difference(
                DifferenceClass.CREDITED_NOT_PAID,
                entry.organizationId(),
                sessionId,
                sessionId,
                null,
                0L,
                entry.amountNanos()));
    }

    private void add(DifferenceClass type, StripeSession session, @Nullable OrderLine order, long ledgerNanos) {
        boolean paid = session.paymentStatus() != StripeSession.PaymentStatus.UNPAID;
        differences.add(new Difference(
                type,
                order == null ? null : order.organizationId(),
                session.id(),
                session.id(),
                order == null ? null : order.state(),
                session.currency().equals(CURRENCY) ? Long.valueOf(paid ? nanos(session.amountTotalCents()) : 0) : null,
                ledgerNanos));
    }

    static long sum(List<EntryLine> entries) {
        return entries.stream().mapToLong(EntryLine::amountNanos).reduce(0, Math::addExact);
    }

    static long nanos(long cents) {
        return Math.multiplyExact(cents, NANOS_PER_CENT);
    }
}
