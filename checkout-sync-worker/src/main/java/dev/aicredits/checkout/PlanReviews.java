package dev.aicredits.checkout;

import dev.aicredits.audit.AuditRecord;
import dev.aicredits.audit.JdbcAuditLog;
import dev.aicredits.checkout.JdbcPlanOrders.InForce;
import dev.aicredits.checkout.PlanChanges.Cause;
import dev.aicredits.checkout.PlanVerdict.Reason;
import dev.aicredits.checkout.Reviews.Decision;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.stripe.StripeFailure;
import dev.aicredits.stripe.StripeFailure.Kind;
import dev.aicredits.stripe.StripeGateway;
import dev.aicredits.stripe.StripeSession;
import dev.aicredits.stripe.StripeSubscription;
import dev.aicredits.stripe.SubscribingSession;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends orders of plans that are held for review, as {@link Reviews} does those of credits: by a person's decision, with what
 * Stripe says now, in one transaction with what it changes and its rows in the audit log. Safe to repeat.
 */
class PlanReviews {

    private static final Logger log = LoggerFactory.getLogger(PlanReviews.class);

    private final StripeGateway stripe;
    private final JdbcPlanOrders orders;
    private final JdbcOrders credits;
    private final PlanChanges changes;
    private final RefusedSubscriptions refused;

    PlanReviews(
            StripeGateway stripe,
            JdbcPlanOrders orders,
            JdbcOrders credits,
            PlanChanges changes,
            RefusedSubscriptions refused) {
        this.stripe = stripe;
        this.credits = credits;
        this.orders = orders;
        this.changes = changes;
        this.refused = refused;
    }

    /** The orders that wait, over all organizations, the longest waiting first. */
    List<PlanOrder> waiting() {
        return orders.inReview(Reviews.LISTED_MAX);
    }

    /** Whether the session is one of a plan, which Stripe is asked only if no order has it. */
    boolean isOfPlan(Decision decision) {
        String sessionId = decision.sessionId();
        if (orders.bySession(decision.organizationId(), sessionId).isPresent()) {
            return true;
        }
        if (credits.bySession(decision.organizationId(), sessionId).isPresent()) {
            return false;
        }
        StripeSession session = read(() -> stripe.session(sessionId));
        return session.orderMark() == null && session.payment() == null;
    }

    /**
     * Puts the order's plan in force, which the session's subscription pays for from now on.
     *
     * @return the order, which is active
     * @throws ProblemException if Stripe does not say that it is paid, or the organization is invoiced or has another subscription
     */
    PlanOrder release(Decision decision) {
        SubscribingSession found = read(() -> stripe.subscribingSession(decision.sessionId()));
        PlanOrder order = marked(decision, found)
                .orElseThrow(() -> new ProblemException(CheckoutProblem.CHECKOUT_SESSION_NOT_FOUND));
        return changes.locked(order, (auditLog, now, locked) -> {
            StripeSubscription subscription = found.subscription();
            boolean isPaying = subscription != null && subscription.id().equals(locked.subscriptionId());
            if (locked.state() != PlanOrderState.ACTIVE || !isPaying) {
                release(auditLog, now, locked, found, decision);
            }
            return asItIsNow(locked);
        });
    }

    private void release(
            JdbcAuditLog auditLog, InForce now, PlanOrder order, SubscribingSession found, Decision decision) {
        requireInReview(order);
        StripeSubscription subscription = PlanVerdict.paying(order, found)
                .orElseThrow(() -> new ProblemException(CheckoutProblem.RELEASE_NOT_POSSIBLE));
        Reason against = changes.against(now, order);
        if (against != null) {
            throw new ProblemException(
                    against == Reason.ORGANIZATION_INVOICED
                            ? CheckoutProblem.ORGANIZATION_INVOICED
                            : CheckoutProblem.PLAN_IN_FORCE);
        }
        orders.keep(order, subscription);
        orders.accept(order, paidCents(found));
        orders.move(order, PlanOrderState.ACTIVE, null);
        record(auditLog, order, decision, Reviews.RELEASED);
        changes.put(
                auditLog, now, order, order.planKey(), subscription, new Cause(decision.actor(), decision.reason()));
    }

    private static long paidCents(SubscribingSession found) {
        Long paid = found.invoicePaidCents();
        return paid == null ? found.session().amountTotalCents() : paid;
    }

    /**
     * Settles that the plan is never put in force, and ends the subscription at Stripe. What was paid is given back there by a person,
     * if it is to be.
     *
     * @return the order, which is refused
     * @throws StripeFailure if Stripe did not say that the subscription is over: the order is refused all the same, and the same call
     *     again, or the sweep, ends it
     */
    PlanOrder refuse(Decision decision) {
        SubscribingSession found = read(() -> stripe.subscribingSession(decision.sessionId()));
        PlanOrder order = marked(decision, found)
                .orElseThrow(() -> new ProblemException(CheckoutProblem.CHECKOUT_SESSION_NOT_FOUND));
        PlanOrder decided = changes.locked(order, (auditLog, now, locked) -> {
            if (!locked.isRefused()) {
                requireInReview(locked);
                orders.move(locked, PlanOrderState.FAILED, PlanOrder.REFUSED);
                if (found.subscription() != null) {
                    orders.keep(locked, found.subscription());
                }
                record(auditLog, locked, decision, Reviews.REFUSED);
            }
            return asItIsNow(locked);
        });
        refused.end(decided);
        return decided;
    }

    private static void requireInReview(PlanOrder order) {
        if (order.state() != PlanOrderState.REVIEW) {
            throw new ProblemException(CheckoutProblem.NOT_IN_REVIEW);
        }
    }

    private void record(JdbcAuditLog auditLog, PlanOrder order, Decision decision, String action) {
        log.atInfo()
                .addKeyValue("organization", order.organizationId())
                .addKeyValue("order", order.orderId())
                .addKeyValue("action", action)
                .log("a person decides about an order of a plan in review");
        auditLog.add(new AuditRecord(
                order.organizationKey(),
                decision.actor(),
                null,
                action,
                order.orderId().toString(),
                decision.reason(),
                state(order),
                state(asItIsNow(order))));
    }

    private static Map<String, String> state(PlanOrder order) {
        Map<String, String> state = new HashMap<>();
        state.put("planKey", order.planKey());
        state.put("state", order.state().column());
        Optional.ofNullable(order.reason()).ifPresent(reason -> state.put("reason", reason));
        Optional.ofNullable(order.subscriptionId()).ifPresent(id -> state.put("subscriptionId", id));
        return state;
    }

    private PlanOrder asItIsNow(PlanOrder order) {
        return orders.byId(order.organizationId(), order.orderId()).orElseThrow();
    }

    /** The order that the session is marked with, if it is the organization's. */
    private Optional<PlanOrder> marked(Decision decision, SubscribingSession found) {
        return orders.marked(found.organizationId(), found.planOrderMark())
                .filter(order -> order.organizationId().equals(decision.organizationId()));
    }

    private static <T> T read(Supplier<T> asking) {
        try {
            return asking.get();
        } catch (StripeFailure failure) {
            throw failure.kind() == Kind.NOT_FOUND
                    ? new ProblemException(CheckoutProblem.CHECKOUT_SESSION_NOT_FOUND)
                    : failure;
        }
    }
}
