package dev.aicredits.checkout;

import dev.aicredits.checkout.JdbcOrders.Found;
import dev.aicredits.ledger.BookingOutcome;
import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.Ledger;
import dev.aicredits.ledger.LedgerChange;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.messaging.LedgerAnnouncer;
import dev.aicredits.money.Usd;
import dev.aicredits.stripe.StripeDispute;
import dev.aicredits.stripe.StripeGateway;
import dev.aicredits.stripe.StripePayment;
import dev.aicredits.stripe.StripeRefund;
import dev.aicredits.stripe.StripeSession;
import dev.aicredits.stripe.StripeSession.PaymentStatus;
import dev.aicredits.usage.OwnKeys;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes our order, and the ledger, agree with what Stripe says of a session. The one way money gets into the ledger:
 * webhooks, the sync call, the return page and the sweeps all end here.
 *
 * <p>Safe to repeat, and at once from anywhere. It reads from Stripe first, without a lock, and then merges what it read
 * into the locked order. Merging commutes: states only move up, a refund fails but never un-fails, movements of a
 * dispute are only ever added; so whoever reads a moment too early and merges a moment too late takes nothing back.
 */
public class Fulfilment {

    /** How much is read from Stripe. */
    public enum Depth {
        /** The session; its refunds and disputes where it, or we, know of any. */
        SESSION,
        /** All, whatever the charge says. */
        EVERYTHING
    }

    /** What Stripe has of a payment's way back. */
    private record Returned(List<StripeRefund> refunds, List<StripeDispute> disputes) {
        static final Returned NOTHING = new Returned(List.of(), List.of());
    }

    /** Cents are the second decimal of a USD, nano-USD the ninth. */
    static final long NANOS_PER_CENT = Usd.NANOS_PER_USD / 100;

    private static final String SESSION_SOURCE = "stripe:checkout_session";

    private final StripeGateway stripe;
    private final JdbcOrders orders;
    private final Returns returns;
    private final Ledger ledger;
    private final TransactionTemplate transaction;
    private final LedgerAnnouncer changes;
    private final CheckoutMetrics metrics;

    Fulfilment(
            StripeGateway stripe,
            JdbcOrders orders,
            Returns returns,
            Ledger ledger,
            TransactionTemplate transaction,
            LedgerAnnouncer changes,
            CheckoutMetrics metrics) {
        this.stripe = stripe;
        this.orders = orders;
        this.returns = returns;
        this.ledger = ledger;
        this.transaction = transaction;
        this.changes = changes;
        this.metrics = metrics;
    }

    /**
     * Books what Stripe says of the session and is not booked.
     *
     * @throws dev.aicredits.stripe.StripeFailure if Stripe did not say
     * @throws org.springframework.dao.DataAccessException if the database could not do it now
     */
    public Fulfilled fulfil(String sessionId, Depth depth) {
        return fulfil(sessionId, depth, (order, session, merge) -> merge.apply(order));
    }

    /** What runs in the transaction with the order locked: it calls what books, or does not. */
    interface Locked {
        Fulfilled run(Order order, StripeSession session, Function<Order, Fulfilled> merge);
    }

    /** As {@link #fulfil(String, Depth)}, with more done in its transaction. */
    Fulfilled fulfil(String sessionId, Depth depth, Locked locked) {
        StripeSession session = stripe.session(sessionId);
        Optional<Found> found = orders.find(session);
        if (found.isEmpty()) {
            return session.orderMark() == null ? new Fulfilled.NotOurs() : new Fulfilled.UnknownOrder();
        }
        Returned returned = returned(session, found.get(), depth);
        Fulfilled fulfilled = Objects.requireNonNull(transaction.execute(status -> {
            return locked.run(orders.lock(found.get()), session, order -> merge(session, returned, order));
        }));
        if (fulfilled instanceof Fulfilled.Booked booked) {
            metrics.credited(booked.topUpNanos());
            changes.announce(booked.change());
        }
        return fulfilled;
    }

    /** As {@link #fulfil}, for the session that a payment came from. */
    Fulfilled fulfilPayment(String paymentIntentId) {
        Optional<String> known = orders.sessionOfPayment(paymentIntentId);
        Optional<String> sessionId = known.isPresent() ? known : stripe.sessionOfPayment(paymentIntentId);
        return sessionId.isPresent() ? fulfil(sessionId.get(), Depth.EVERYTHING) : new Fulfilled.NotOurs();
    }

    private Returned returned(StripeSession session, Found found, Depth depth) {
        StripePayment payment = session.payment();
        if (payment == null || session.paymentStatus() != PaymentStatus.PAID) {
            return Returned.NOTHING;
        }
        boolean all = depth == Depth.EVERYTHING;
        return new Returned(
                all || payment.amountRefundedCents() > 0 || found.hasRefunds()
                        ? stripe.refundsOfPayment(payment.id())
                        : List.of(),
                all || payment.disputed() || found.hasDisputes() ? stripe.disputesOfPayment(payment.id()) : List.of());
    }

    private Fulfilled merge(StripeSession session, Returned returned, Order order) {
        orders.attach(order, session);
        Verdict verdict = Verdict.of(order, session);
        if (verdict instanceof Verdict.Unpaid unpaid) {
            orders.move(order, unpaid.state(), unpaid.reason());
            return new Fulfilled.NotPaid(unpaid.state());
        }
        if (verdict instanceof Verdict.Held held) {
            return hold(order, held.reason());
        }
        boolean undecided = order.state() == OrderState.REVIEW && order.released() == null;
        if (undecided || order.state() == OrderState.REFUSED) {
            return new Fulfilled.Held();
        }
        Booked topUp = null;
        if (order.state() != OrderState.CREDITED) {
            BookingOutcome booking = ledger.book(topUp(order, session));
            if (booking instanceof BookingOutcome.Conflict) {
                return hold(order, ReviewReason.LEDGER_CONFLICT);
            }
            if (booking instanceof BookingOutcome.OutOfRange) {
                return hold(order, ReviewReason.BALANCE_OUT_OF_RANGE);
            }
            topUp = credited(order, booking);
        }
        Booked moved = returns.book(order, session.id(), returned.refunds(), returned.disputes());
        Booked last = moved == null ? topUp : moved;
        return last == null
                ? new Fulfilled.Unchanged()
                : new Fulfilled.Booked(topUp == null ? 0 : nanos(order), change(order, last));
    }

    private static LedgerChange change(Order order, Booked last) {
        return LedgerChange.afterEntry(order.organizationId(), last.entrySeq(), last.balanceAfterNanos());
    }

    private Fulfilled hold(Order order, ReviewReason reason) {
        if (orders.move(order, OrderState.REVIEW, reason.wireName())) {
            metrics.held(reason, order);
        } else if (order.state() == OrderState.CREDITED) {
            metrics.paidTwice(reason, order);
        }
        return new Fulfilled.Held();
    }

    /** Marks the order as credited; answers the top-up if it was booked now. */
    private @Nullable Booked credited(Order order, BookingOutcome booking) {
        if (booking instanceof Booked booked) {
            orders.credit(order, booked.entrySeq());
            return booked;
        }
        if (booking instanceof BookingOutcome.Duplicate duplicate) {
            orders.credit(order, duplicate.entrySeq());
            return null;
        }
        throw new LedgerRefusedException(booking);
    }

    private static long nanos(Order order) {
        return Math.multiplyExact(order.creditCents(), NANOS_PER_CENT);
    }

    /** The top-up of the order, the same entry however often it is made. */
    static NewEntry topUp(Order order, StripeSession session) {
        StripePayment payment = session.payment();
        Instant chargedAt = payment == null ? null : payment.chargedAt();
        return NewEntry.topUp(
                        order.organizationId(),
                        Usd.ofNanos(nanos(order)),
                        OwnKeys.of(SESSION_SOURCE, session.id()),
                        chargedAt == null ? session.createdAt() : chargedAt,
                        session.id())
                .withKeyBefore(OwnKeys.ofVersionBefore(SESSION_SOURCE, session.id()));
    }
}
