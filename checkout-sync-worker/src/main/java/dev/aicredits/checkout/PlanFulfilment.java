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
import dev.aicredits.stripe.StripeSession;
import dev.aicredits.stripe.StripeSubscription;
import dev.aicredits.stripe.SubscribingSession;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.OptimisticLockingFailureException;

/**
 * Moves an organization's plan to what Stripe says is paid for: once for each order when it is paid, and back when its
 * subscription ends. Whoever asks (the webhook's events, the sync call, the return page, the sweep) asks the same, as often as they
 * like: Stripe is read anew, and only a step of the order's state moves the plan. An operator's later change of it stays.
 *
 * <p>Stripe is read without a lock. So an order is changed by what was read only if nobody else has come to it with what Stripe says
 * since before that reading began; else Stripe is read again. Nothing that was read too early takes back what somebody faster has
 * done.
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

    /**
     * An order under its lock, and the organization's plan.
     *
     * @param isFresh whether nobody has come to the order since before Stripe was read
     */
    private record Look(JdbcAuditLog auditLog, InForce now, PlanOrder order, boolean isFresh) {

        /** Before anything of the order is changed. */
        void requireFresh() {
            if (!isFresh) {
                throw new StaleReadException(order);
            }
        }
    }

    /** What was read of Stripe may be older than what has become of the order meanwhile. */
    private static final class StaleReadException extends RuntimeException {
        private final transient PlanOrder order;

        StaleReadException(PlanOrder order) {
            super("Stripe was read before somebody else came to the order");
            this.order = order;
        }
    }

    /** How often Stripe is read for one outcome, at the most: each time in vain is one in which somebody else got on. */
    static final int READS_MAX = 8;

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
                : settle(order.get(), found, () -> stripe.subscribingSession(sessionId), around, this::merge);
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
        String sessionId = order.get().sessionId();
        if (order.get().subscriptionId() == null
                && sessionId != null
                && !order.get().isRefused()) {
            // Its session has not been seen paid, and only that can be compared with the order.
            return fulfil(sessionId, around);
        }
        return settle(order.get(), subscription, () -> stripe.subscription(subscriptionId), around, this::mergeKnown);
    }

    private <T> Outcome settle(
            PlanOrder order, T first, Supplier<T> again, Resync.Around around, BiFunction<Look, T, Outcome> merge) {
        T found = first;
        // Whose it is, only the first reading has said: what the order was like before that, nobody knows.
        PlanOrder before = null;
        for (int reads = 1; ; reads++) {
            try {
                return lookAt(order, before, found, around, merge);
            } catch (StaleReadException e) {
                if (reads == READS_MAX) {
                    throw new OptimisticLockingFailureException("others came to the order whenever Stripe was read", e);
                }
                before = e.order;
                found = again.get();
            }
        }
    }

    private <T> Outcome lookAt(
            PlanOrder order,
            @Nullable PlanOrder before,
            T found,
            Resync.Around around,
            BiFunction<Look, T, Outcome> merge) {
        return changes.locked(order, (auditLog, now, locked) -> {
            orders.looked(locked);
            Look look = new Look(auditLog, now, locked, locked.equals(before));
            return around.run(() -> merge.apply(look, found));
        });
    }

    private Outcome mergeKnown(Look look, StripeSubscription subscription) {
        String known = look.order().subscriptionId();
        boolean refusedUnseen = known == null && look.order().isRefused();
        return subscription.id().equals(known) || refusedUnseen ? apply(look, subscription) : Outcome.NOT_OURS;
    }

    private Outcome merge(Look read, SubscribingSession found) {
        Look look = attached(read, found.session());
        PlanOrder order = look.order();
        if (order.isFulfilled()) {
            StripeSubscription subscription = found.subscription();
            return subscription != null && subscription.id().equals(order.subscriptionId())
                    ? apply(look, subscription)
                    : Outcome.UNCHANGED;
        }
        if (order.isRefused()) {
            return Outcome.REFUSED;
        }
        PlanVerdict verdict = PlanVerdict.of(order, found);
        if (verdict instanceof Unpaid unpaid) {
            if (order.state() != PlanOrderState.REVIEW && order.state() != PlanOrderState.FAILED) {
                move(look, unpaid.state(), null);
            }
            return Outcome.NOT_PAID;
        }
        if (verdict instanceof Held held) {
            return hold(look, held.reason());
        }
        return apply(look, ((Paid) verdict).subscription());
    }

    /** The look at the order with its session, also where the session was not known of it. */
    private Look attached(Look look, StripeSession session) {
        if (look.order().sessionId() != null) {
            return look;
        }
        look.requireFresh();
        orders.attach(look.order(), session);
        return new Look(look.auditLog(), look.now(), orders.lock(look.order()), true);
    }

    /** Moves the order by its subscription, and the plan with it. */
    private Outcome apply(Look look, StripeSubscription subscription) {
        PlanOrder order = look.order();
        boolean inForce = subscription.status().isInForce();
        if (inForce && order.isOver()) {
            // What has ended for good does not begin anew.
            return Outcome.UNCHANGED;
        }
        keep(look, subscription);
        if (order.isRefused()) {
            return Outcome.REFUSED;
        }
        if (inForce) {
            return order.state() == PlanOrderState.ACTIVE ? Outcome.UNCHANGED : putInForce(look, subscription);
        }
        return order.state() == PlanOrderState.ENDED ? Outcome.UNCHANGED : end(look, subscription);
    }

    private Outcome putInForce(Look look, StripeSubscription subscription) {
        PlanOrder order = look.order();
        Reason against = changes.against(look.now(), order);
        if (against != null) {
            return hold(look, against);
        }
        move(look, PlanOrderState.ACTIVE, null);
        changes.put(look.auditLog(), look.now(), order, order.planKey(), subscription, cause(subscription));
        return Outcome.PUT_IN_FORCE;
    }

    private Outcome end(Look look, StripeSubscription subscription) {
        PlanOrder order = look.order();
        InForce now = look.now();
        move(look, PlanOrderState.ENDED, null);
        // Another plan than the one that was bought was given by somebody else, who will take it away.
        if (order.state() == PlanOrderState.ACTIVE
                && !now.invoiced()
                && now.planKey().equals(order.planKey())) {
            changes.put(look.auditLog(), now, order, JdbcPlanOrders.FREE, subscription, cause(subscription));
            return Outcome.TAKEN_BACK;
        }
        return Outcome.UNCHANGED;
    }

    private void keep(Look look, StripeSubscription subscription) {
        if (!look.order().has(subscription)) {
            look.requireFresh();
            orders.keep(look.order(), subscription);
        }
    }

    private void move(Look look, PlanOrderState state, @Nullable String reason) {
        if (look.order().state() != state) {
            look.requireFresh();
            orders.move(look.order(), state, reason);
        }
    }

    private static Cause cause(StripeSubscription subscription) {
        return new Cause(ACTOR, "subscription " + subscription.status().wireName());
    }

    private Outcome hold(Look look, Reason reason) {
        if (look.order().state() != PlanOrderState.REVIEW) {
            move(look, PlanOrderState.REVIEW, reason.wireName());
            metrics.held(reason, look.order());
        }
        return Outcome.HELD;
    }
}
