package dev.aicredits.checkout;

import dev.aicredits.stripe.StripeGateway;
import dev.aicredits.stripe.StripeSubscription;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends, at Stripe, the subscriptions of orders that a person has refused; what was paid is not given back, which is the person's to
 * do. The refusal is committed before Stripe hears of it, so a process that dies in between leaves a refused order whose
 * subscription goes on, which a repeated refusal or the sweep ends. Safe to repeat.
 */
class RefusedSubscriptions {

    private static final Logger log = LoggerFactory.getLogger(RefusedSubscriptions.class);

    private final StripeGateway stripe;
    private final JdbcPlanOrders orders;
    private final PlanChanges changes;

    RefusedSubscriptions(StripeGateway stripe, JdbcPlanOrders orders, PlanChanges changes) {
        this.stripe = stripe;
        this.orders = orders;
        this.changes = changes;
    }

    /**
     * Ends the order's subscription, if it is refused, has one and that goes on.
     *
     * @throws dev.aicredits.stripe.StripeFailure if Stripe did not say that it is over; it may be
     */
    void end(PlanOrder order) {
        String subscriptionId = order.subscriptionId();
        if (!order.isRefused() || subscriptionId == null) {
            return;
        }
        StripeSubscription found = stripe.subscription(subscriptionId);
        if (!isOf(order, found)) {
            log.atError()
                    .addKeyValue("organization", order.organizationId())
                    .addKeyValue("order", order.orderId())
                    .addKeyValue("subscription", subscriptionId)
                    .log("a refused order's subscription is marked as another's, and is left to a person");
            return;
        }
        StripeSubscription ended = found.status().isOver() ? found : stripe.cancelSubscription(subscriptionId);
        changes.locked(order, (auditLog, now, locked) -> {
            orders.keep(locked, ended);
            return ended;
        });
        log.atInfo()
                .addKeyValue("organization", order.organizationId())
                .addKeyValue("order", order.orderId())
                .addKeyValue("subscription", subscriptionId)
                .addKeyValue("status", ended.status().wireName())
                .log("a refused order's subscription is over");
    }

    private boolean isOf(PlanOrder order, StripeSubscription subscription) {
        Optional<PlanOrder> marked = orders.marked(subscription.organizationId(), subscription.orderMark());
        return marked.map(PlanOrder::orderId).filter(order.orderId()::equals).isPresent();
    }
}
