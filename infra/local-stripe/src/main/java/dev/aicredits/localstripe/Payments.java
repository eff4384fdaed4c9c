package dev.aicredits.localstripe;

import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What customers, their banks and the account's owner do about payments. What can't be done is a {@link RefusedException}. */
public final class Payments {
    private final StripeState state;
    private final Sessions sessions;
    private final PaymentFlow flow;

    Payments(StripeState state, Sessions sessions, PaymentFlow flow) {
        this.state = state;
        this.sessions = sessions;
        this.flow = flow;
    }

    /** A customer pays an open session by card. Returns the id of the payment intent, or of the subscription that begins. */
    public String pay(String sessionId) {
        return begun(change(change -> flow.payByCard(sessionId, change)));
    }

    /** A customer's card is declined; the session stays open. Returns the id of the payment intent, or the session's if none began. */
    public String decline(String sessionId) {
        return begun(change(change -> flow.declineCard(sessionId, change)));
    }

    /** A customer pays an open session by bank debit: it is complete and unpaid. Returns the payment intent's id. */
    public String payLater(String sessionId) {
        return begun(change(change -> flow.payByBank(sessionId, change)));
    }

    /** The bank pays what {@link #payLater} began. */
    public void settle(String sessionId) {
        change(change -> flow.settle(sessionId, change));
    }

    /** The bank refuses what {@link #payLater} began. */
    public void fail(String sessionId) {
        change(change -> flow.fail(sessionId, change));
    }

    /** An open session's time is over. */
    public void expire(String sessionId) {
        change(change -> sessions.expire(sessionId, change));
    }

    /** Refunds all that is left of a payment. Returns the refund's id. */
    public String refund(String paymentIntentId) {
        return refund(paymentIntentId, null, Refunds.SUCCEEDED);
    }

    /** Refunds a part, in the currency's smallest unit. Returns the refund's id. */
    public String refund(String paymentIntentId, long amount) {
        return refund(paymentIntentId, amount, Refunds.SUCCEEDED);
    }

    /** Refunds all that is left, which waits for {@link #settleRefund} or {@link #failRefund}. Returns the refund's id. */
    public String refundPending(String paymentIntentId) {
        return refund(paymentIntentId, null, Refunds.PENDING);
    }

    /** Refunds a part, which waits for {@link #settleRefund} or {@link #failRefund}. Returns the refund's id. */
    public String refundPending(String paymentIntentId, long amount) {
        return refund(paymentIntentId, amount, Refunds.PENDING);
    }

    private String refund(String paymentIntentId, @Nullable Long amount, String status) {
        return Json.id(change(
                change -> Refunds.create(Charges.of(paymentIntentId, change), amount, null, Map.of(), status, change)));
    }

    /** A pending refund arrives. */
    public void settleRefund(String refundId) {
        change(change -> Refunds.settle(refundId, change));
    }

    /** A pending or succeeded refund comes back. */
    public void failRefund(String refundId) {
        change(change -> Refunds.fail(refundId, change));
    }

    /** Ends open sessions whose time is over. */
    void expireOverdue() {
        sessions.expireOverdue(state);
    }

    private ObjectNode change(Function<Change, ObjectNode> work) {
        expireOverdue();
        return RefusedException.unless(() -> state.change(work));
    }

    private static String begun(ObjectNode session) {
        return Stream.of("payment_intent", "subscription", "id")
                .map(member -> Json.text(session, member))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }
}
