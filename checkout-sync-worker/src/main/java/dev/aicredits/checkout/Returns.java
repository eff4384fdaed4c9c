package dev.aicredits.checkout;

import static dev.aicredits.checkout.Fulfilment.NANOS_PER_CENT;

import dev.aicredits.checkout.JdbcReturns.SeenRefund;
import dev.aicredits.ledger.BookingOutcome;
import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.EntryKind;
import dev.aicredits.ledger.Ledger;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.money.Usd;
import dev.aicredits.stripe.StripeDispute;
import dev.aicredits.stripe.StripeDispute.Movement;
import dev.aicredits.stripe.StripeRefund;
import dev.aicredits.usage.OwnKeys;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Books the way back of a credited payment: refunds and disputes. Runs in the transaction that has the order locked.
 *
 * <p>Of a refund the ledger holds minus its amount from when it is first seen, pending or not, so that nobody spends
 * credits that are on their way back; and nothing once it failed. Refunds of a payment add up to what Stripe calls the
 * charge's refunded amount. A dispute moves money when Stripe moves it: each of its balance transactions is an entry, so
 * that the entries are the same in whatever order we hear of it. What was already spent becomes a negative balance.
 */
class Returns {

    private static final String REFUND_SOURCE = "stripe:refund";
    private static final String FAILED_REFUND_SOURCE = "stripe:refund_failed";
    private static final String MOVEMENT_SOURCE = "stripe:balance_transaction";

    private final Ledger ledger;
    private final JdbcReturns returns;
    private final CheckoutMetrics metrics;

    Returns(Ledger ledger, JdbcReturns returns, CheckoutMetrics metrics) {
        this.ledger = ledger;
        this.returns = returns;
        this.metrics = metrics;
    }

    /** Books what was not booked before; answers the last of it, or null if there was nothing. */
    @Nullable Booked book(Order order, String sessionId, List<StripeRefund> refunds, List<StripeDispute> disputes) {
        Booked last = null;
        // The oldest first, as they happened; Stripe lists the newest first.
        for (int i = refunds.size() - 1; i >= 0; i--) {
            last = latest(last, bookRefund(order, sessionId, refunds.get(i)));
        }
        for (int i = disputes.size() - 1; i >= 0; i--) {
            last = latest(last, bookDispute(order, sessionId, disputes.get(i)));
        }
        return last;
    }

    private static @Nullable Booked latest(@Nullable Booked before, @Nullable Booked now) {
        return now == null ? before : now;
    }

    private @Nullable Booked bookRefund(Order order, String sessionId, StripeRefund refund) {
        if (!refund.currency().equals(order.currency())) {
            metrics.foreignCurrency(order, refund.id());
            return null;
        }
        long amountNanos = nanos(refund.amountCents());
        Optional<SeenRefund> seen = returns.refund(order, refund.id());
        if (seen.isEmpty()) {
            long booked = refund.failed() ? 0 : -amountNanos;
            returns.addRefund(order, refund, booked);
            return booked == 0
                    ? null
                    : book(refundEntry(order, sessionId, refund, EntryKind.REFUND, booked, REFUND_SOURCE));
        }
        if (seen.get().failed()) {
            // Read before it failed and merged after: too late.
            return null;
        }
        if (!refund.failed()) {
            returns.updateRefund(order, refund, seen.get().bookedNanos());
            return null;
        }
        returns.updateRefund(order, refund, 0);
        return book(refundEntry(
                order, sessionId, refund, EntryKind.REFUND_REVERSAL, -seen.get().bookedNanos(), FAILED_REFUND_SOURCE));
    }

    private static NewEntry refundEntry(
            Order order, String sessionId, StripeRefund refund, EntryKind kind, long nanos, String source) {
        return new NewEntry(
                order.organizationId(),
                kind,
                Usd.ofNanos(nanos),
                OwnKeys.of(source, refund.id()),
                OwnKeys.ofVersionBefore(source, refund.id()),
                refund.createdAt(),
                sessionId,
                refund.id(),
                null,
                kind == EntryKind.REFUND ? "Purchase refunded" : "Refund failed, credits returned");
    }

    private @Nullable Booked bookDispute(Order order, String sessionId, StripeDispute dispute) {
        if (!dispute.currency().equals(order.currency())) {
            metrics.foreignCurrency(order, dispute.id());
            return null;
        }
        long bookedNowNanos = 0;
        Booked last = null;
        for (Movement movement : dispute.movements()) {
            long nanos = nanos(cents(dispute, movement));
            Booked booked = nanos == 0 ? null : book(movementEntry(order, sessionId, dispute, movement, nanos));
            if (booked != null) {
                bookedNowNanos = Math.addExact(bookedNowNanos, nanos);
                last = booked;
            }
        }
        returns.saveDispute(order, dispute, bookedNowNanos);
        return last;
    }

    /** What moved, in the order's currency. An account that is paid in another one moves the disputed amount of ours. */
    private static long cents(StripeDispute dispute, Movement movement) {
        if (movement.currency().equals(dispute.currency())) {
            return movement.amountCents();
        }
        return Long.signum(movement.amountCents()) * dispute.amountCents();
    }

    private static NewEntry movementEntry(
            Order order, String sessionId, StripeDispute dispute, Movement movement, long nanos) {
        return new NewEntry(
                order.organizationId(),
                nanos < 0 ? EntryKind.DISPUTE : EntryKind.DISPUTE_REVERSAL,
                Usd.ofNanos(nanos),
                // Nothing but the key tells that it is booked, so workers of the version before, beside this one,
                // must know it; and nobody outside learns what Stripe calls a movement before it is booked.
                OwnKeys.ofVersionBefore(MOVEMENT_SOURCE, movement.balanceTransactionId()),
                movement.createdAt(),
                sessionId,
                null,
                dispute.id(),
                nanos < 0 ? "Payment disputed" : "Disputed payment returned");
    }

    private @Nullable Booked book(NewEntry entry) {
        BookingOutcome outcome = ledger.book(entry);
        if (outcome instanceof Booked booked) {
            metrics.returned(entry);
            return booked;
        }
        if (outcome instanceof BookingOutcome.Duplicate) {
            return null;
        }
        throw new LedgerRefusedException(outcome);
    }

    private static long nanos(long cents) {
        return Math.multiplyExact(cents, NANOS_PER_CENT);
    }
}
