package dev.aicredits.reconcile;

import dev.aicredits.stripe.StripeSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Both sides, found by the ids that they share. */
final class Books {

    private final Map<String, StripeSession> sessions = new HashMap<>();
    private final Map<String, String> sessionOfPayment = new HashMap<>();
    private final Map<String, OrderLine> orders = new HashMap<>();
    private final Map<String, List<EntryLine>> topUps;
    private final Map<String, List<EntryLine>> refunds;
    private final Map<String, List<EntryLine>> disputes;

    Books(StripeSide stripe, OurSide ours) {
        stripe.sessions().forEach(session -> {
            sessions.put(session.id(), session);
            if (session.payment() != null) {
                sessionOfPayment.put(session.payment().id(), session.id());
            }
        });
        ours.orders().forEach(order -> {
            orders.put(order.orderId(), order);
            if (order.sessionId() != null) {
                orders.put(order.sessionId(), order);
            }
            if (order.paymentIntentId() != null) {
                orders.put(order.paymentIntentId(), order);
            }
        });
        topUps = grouped(ours.entries(), entry -> entry.isTopUp() ? entry.sessionId() : null);
        refunds = grouped(ours.entries(), EntryLine::refundId);
        disputes = grouped(ours.entries(), EntryLine::disputeId);
    }

    private static Map<String, List<EntryLine>> grouped(
            List<EntryLine> entries, Function<EntryLine, @Nullable String> key) {
        Map<String, List<EntryLine>> groups = new LinkedHashMap<>();
        for (EntryLine entry : entries) {
            String id = key.apply(entry);
            if (id != null) {
                groups.computeIfAbsent(id, unused -> new ArrayList<>()).add(entry);
            }
        }
        return groups;
    }

    /** The order of a session: that has its id, else that it names, else whose mark it has. */
    @Nullable OrderLine orderOf(StripeSession session) {
        OrderLine order = orders.get(session.id());
        if (order == null && session.clientReferenceId() != null) {
            order = orders.get(session.clientReferenceId());
        }
        if (order == null && session.orderMark() != null) {
            order = orders.get(session.orderMark());
        }
        return order;
    }

    /** The order of a payment. */
    @Nullable OrderLine orderOfPayment(@Nullable String paymentIntentId) {
        if (paymentIntentId == null) {
            return null;
        }
        OrderLine order = orders.get(paymentIntentId);
        StripeSession session = sessions.get(sessionOfPayment.getOrDefault(paymentIntentId, ""));
        return order == null && session != null ? orderOf(session) : order;
    }

    /**
     * Whether the ledger has the top-up of the session that the payment came from: of one that it has not, it must not have the way
     * back either. A second paid session of an order is not credited because the first is.
     *
     * @param order that {@link #orderOfPayment} answers
     */
    boolean isCredited(OrderLine order, @Nullable String paymentIntentId) {
        // Of the order's own payment the session may have been opened long before the period.
        String session = paymentIntentId == null ? null : sessionOfPayment.get(paymentIntentId);
        if (session == null) {
            session = order.sessionId();
        }
        return session != null
                && (topUps.containsKey(session) || (order.isCredited() && session.equals(order.sessionId())));
    }

    boolean hasSession(String sessionId) {
        return sessions.containsKey(sessionId);
    }

    Map<String, List<EntryLine>> topUps() {
        return topUps;
    }

    Map<String, List<EntryLine>> refunds() {
        return refunds;
    }

    Map<String, List<EntryLine>> disputes() {
        return disputes;
    }
}
