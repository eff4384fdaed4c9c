package dev.aicredits.checkout;

import java.time.Clock;
import java.time.Duration;

/**
 * Asks Stripe about every order of a plan that is not over, so that nothing paid, nothing ended and nothing that is paid again is missed
 * because a webhook was; and opens the session of an order whose start was cut off, and ends the subscription of one that was refused.
 */
class PlanSweep {

    /** Webhooks tell of subscriptions that end, or are paid again; this is for those that were lost. */
    static final Duration IN_FORCE_AGE_MIN = Duration.ofHours(6);

    private final JdbcPlanOrders orders;
    private final PlanStart start;
    private final PlanFulfilment fulfilment;
    private final RefusedSubscriptions refused;
    private final Clock clock;
    private final Duration ageMin;
    private final int pageSize;
    private final int calls;

    PlanSweep(
            JdbcPlanOrders orders,
            PlanStart start,
            PlanFulfilment fulfilment,
            RefusedSubscriptions refused,
            CheckoutSettings settings,
            Clock clock) {
        this.orders = orders;
        this.start = start;
        this.fulfilment = fulfilment;
        this.refused = refused;
        this.clock = clock;
        this.ageMin = settings.openAgeMin();
        this.pageSize = settings.openPageSize();
        this.calls = settings.openCalls();
    }

    /** Looks at one page of orders, within the budget of calls; answers at how many. */
    int run() {
        return run(IN_FORCE_AGE_MIN);
    }

    /** As {@link #run()}, with orders in force, or ended, looked at that nobody has asked about for so long. */
    int run(Duration inForceAgeMin) {
        return new Settling<>("an order of a plan", PlanOrder::orderId, this::settle, orders::checked)
                .run(orders.unsettled(clock.instant(), ageMin, inForceAgeMin, pageSize), calls);
    }

    private void settle(PlanOrder order) {
        String subscriptionId = order.subscriptionId();
        String sessionId = order.sessionId();
        if (order.isRefused()) {
            refused.end(order);
        } else if (subscriptionId != null) {
            fulfilment.follow(subscriptionId);
        } else if (sessionId != null) {
            fulfilment.fulfil(sessionId);
        } else {
            start.open(order);
        }
    }
}
