package dev.aicredits.checkout;

import java.time.Clock;
import java.time.Duration;

/**
 * Asks Stripe about every session that is not over, so that nothing paid is missed because a webhook was; and opens the
 * session of an order whose start was cut off.
 */
class OpenSessionSweep {

    private final JdbcOrders orders;
    private final CheckoutStart start;
    private final Fulfilment fulfilment;
    private final Clock clock;
    private final Duration ageMin;
    private final int pageSize;
    private final int calls;

    OpenSessionSweep(
            JdbcOrders orders, CheckoutStart start, Fulfilment fulfilment, CheckoutSettings settings, Clock clock) {
        this.orders = orders;
        this.start = start;
        this.fulfilment = fulfilment;
        this.clock = clock;
        this.ageMin = settings.openAgeMin();
        this.pageSize = settings.openPageSize();
        this.calls = settings.openCalls();
    }

    /** Looks at one page of sessions, within the budget of calls; answers at how many. */
    int run() {
        return new Settling<>("a session", Order::orderId, this::settle, orders::checked)
                .run(orders.unsettled(clock.instant(), ageMin, pageSize), calls);
    }

    private void settle(Order order) {
        String sessionId = order.sessionId();
        if (sessionId == null) {
            start.open(order);
        } else {
            fulfilment.fulfil(sessionId, Fulfilment.Depth.SESSION);
        }
    }
}
