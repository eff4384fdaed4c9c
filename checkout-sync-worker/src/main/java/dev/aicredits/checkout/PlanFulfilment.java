package dev.aicredits.checkout;

import dev.aicredits.audit.JdbcAuditLog;
import dev.aicredits.checkout.JdbcPlanOrders.InForce;
import dev.aicredits.checkout.PlanChanges.Cause;
import dev.aicredits.checkout.PlanVerdict.Held;
import dev.aicredits.checkout.PlanVerdict.Paid;
import dev.aicredits.checkout.PlanVerdict.Reason;
import dev.aicredits.checkout.PlanVerdict.Unpaid;
import dev.aicredits.reconcile.Resync;
import dev.aicredits.stripe.StripeGateway;
import dev.aicredits.stripe.StripeSubscription;
import dev.aicredits.stripe.SubscribingSession;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Moves an organization's plan to what Stripe says is paid for: once for each order when it is paid, and back when its
 * subscription ends. Whoever asks (the webhook's events, the sync call, the return page, the sweep) asks the same, as often as they
 * like: Stripe is read anew, and only a step of the order's state moves the plan. An operator's later change of it stays.
 *
 * <p>Nothing that is hosted is deleted or disabled when the plan becomes a lower one; the next server finds no place.
 */
class PlanFulfilment {

    /** What became of it. */
    enum Outcome {
        /** No order of ours. */
        NOT_OURS,
        NOT_PAID,
        PUT_IN_FORCE,
        TAKEN_BACK,
        HELD,
        /** A person has decided that it is never put in force. */
        REFUSED,
        UNCHANGED;

        /** The name in the record of an event that was acted on. */
        String wireName() {
            return (this == NOT_OURS ? "" : "plan_") + name().toLowerCase(Locale.ROOT);
        }
    }

    /** As the audit log calls whom the change came from. */
    private static final String ACTOR = "stripe";

    private final StripeGateway stripe;
    private final JdbcPlanOrders orders;
    private final PlanChanges changes;
    private final CheckoutMetrics metrics;

    PlanFulfilment(StripeGateway stripe, JdbcPlanOrders orders, PlanChanges changes, CheckoutMetrics metrics) {
        this.stripe = stripe;
        this.orders = orders;
        this.changes = changes;
        this.metrics = metrics;
    }

    /**
     * Does what Stripe's session of a plan calls for.
     *
     * @throws dev.aicredits.stripe.StripeFailure if Stripe did not say
     */
    Outcome fulfil(String sessionId) {
        return fulfil(sessionId, Supplier::get);
    }

    /** As {@link #fulfil(String)}, with more done in its transaction. */
    Outcome fulfil(String sessionId, Resync.Around around) {
        SubscribingSession found = stripe.subscribingSession(sessionId);
        Optional<PlanOrder> order = orders.marked(found.organizationId(), found.planOrderMark());
        return order.isEmpty()
                ? Outcome.NOT_OURS
                : changes.locked(order.get(), (log, now, locked) -> around.run(() -> merge(log, now, locked, found)));
    }

    /**
     * Does what Stripe's subscription calls for.
     *
     * @throws dev.aicredits.stripe.StripeFailure if Stripe did not say
     */
    Outcome follow(String subscriptionId) {
        return follow(subscriptionId, Supplier::get);
    }

    /** As {@link #follow(String)}, with more done in its transaction. */
    Outcome follow(String subscriptionId, Resync.Around around) {
        StripeSubscription subscription = stripe.subscription(subscriptionId);
        Optional<PlanOrder> order = orders.marked(subscription.organizationId(), subscription.orderMark());
        if (order.isEmpty()) {
            return Outcome.NOT_OURS;
        }
        String known = order.get().subscriptionId();
        String sessionId = order.get().sessionId();
        boolean refusedUnseen = order.get().isRefused() && known == null;
        if (known == null && sessionId != null && !refusedUnseen) {
            // Its session has not been seen paid, and only that can be compared with the order.
            return fulfil(sessionId, around);
        }
        return subscriptionId.equals(known) || refusedUnseen
                ? changes.locked(
                        order.get(), (log, now, locked) -> around.run(() -> apply(log, now, locked, subscription)))
                : Outcome.NOT_OURS;
    }

    private Outcome merge(JdbcAuditLog auditLog, InForce now, PlanOrder order, SubscribingSession found) {
        orders.attach(order, found.session());
        if (order.isFulfilled()) {
            StripeSubscription subscription = found.subscription();
            return subscription != null && subscription.id().equals(order.subscriptionId())
                    ? apply(auditLog, now, order, subscription)
                    : Outcome.UNCHANGED;
        }
        if (order.isRefused()) {
            return Outcome.REFUSED;
        }
        PlanVerdict verdict = PlanVerdict.of(order, found);
        if (verdict instanceof Unpaid unpaid) {
            if (order.state() != PlanOrderState.REVIEW && order.state() != PlanOrderState.FAILED) {
                orders.move(order, unpaid.state(), null);
            }
            return Outcome.NOT_PAID;
        }
        if (verdict instanceof Held held) {
            return hold(order, held.reason());
        }
        return apply(auditLog, now, order, ((Paid) verdict).subscription());
    }

    /** Moves the order by its subscription, and the plan with it. */
    private Outcome apply(JdbcAuditLog auditLog, InForce now, PlanOrder order, StripeSubscription subscription) {
        if (order.isRefused()) {
            orders.keep(order, subscription);
            return Outcome.REFUSED;
        }
        boolean inForce = subscription.status().isInForce();
        if (inForce && order.isOver()) {
            // Read before it was canceled, by somebody slower: what has ended for good does not begin anew.
            return Outcome.UNCHANGED;
        }
        if (inForce && order.state() != PlanOrderState.ACTIVE) {
            Reason against = changes.against(now, order);
            orders.keep(order, subscription);
            if (against != null) {
                return hold(order, against);
            }
            orders.move(order, PlanOrderState.ACTIVE, null);
            changes.put(auditLog, now, order, order.planKey(), subscription, cause(subscription));
            return Outcome.PUT_IN_FORCE;
        }
        orders.keep(order, subscription);
        if (inForce || order.state() == PlanOrderState.ENDED) {
            return Outcome.UNCHANGED;
        }
        boolean wasActive = order.state() == PlanOrderState.ACTIVE;
        orders.move(order, PlanOrderState.ENDED, null);
        // Another plan than the one that was bought was given by somebody else, who will take it away.
        if (wasActive && !now.invoiced() && now.planKey().equals(order.planKey())) {
            changes.put(auditLog, now, order, JdbcPlanOrders.FREE, subscription, cause(subscription));
            return Outcome.TAKEN_BACK;
        }
        return Outcome.UNCHANGED;
    }

    private static Cause cause(StripeSubscription subscription) {
        return new Cause(ACTOR, "subscription " + subscription.status().wireName());
    }

    private Outcome hold(PlanOrder order, Reason reason) {
        if (order.state() != PlanOrderState.REVIEW) {
            orders.move(order, PlanOrderState.REVIEW, reason.wireName());
            metrics.held(reason, order);
        }
        return Outcome.HELD;
    }
}
