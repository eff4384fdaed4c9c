package dev.aicredits.checkout;

import dev.aicredits.messaging.Failures;
import dev.aicredits.stripe.CallBudget;
import dev.aicredits.stripe.StripeFailure;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Stripe about every order of a plan that is not over, so that nothing paid and nothing ended is missed because a webhook was; and
 * opens the session of an order whose start was cut off.
 */
class PlanSweep {

    /** Webhooks tell of subscriptions that end; this is for those that were lost. */
    static final Duration IN_FORCE_AGE_MIN = Duration.ofHours(6);

    private static final Logger log = LoggerFactory.getLogger(PlanSweep.class);

    private final JdbcPlanOrders orders;
    private final PlanStart start;
    private final PlanFulfilment fulfilment;
    private final Clock clock;
    private final Duration ageMin;
    private final int pageSize;
    private final int calls;

    PlanSweep(
            JdbcPlanOrders orders, PlanStart start, PlanFulfilment fulfilment, CheckoutSettings settings, Clock clock) {
        this.orders = orders;
        this.start = start;
        this.fulfilment = fulfilment;
        this.clock = clock;
        this.ageMin = settings.openAgeMin();
        this.pageSize = settings.openPageSize();
        this.calls = settings.openCalls();
    }

    /** Looks at one page of orders, within the budget of calls; answers at how many. */
    int run() {
        return run(IN_FORCE_AGE_MIN);
    }

    /** As {@link #run()}, with orders in force looked at that nobody has asked about for so long. */
    int run(Duration inForceAgeMin) {
        CallBudget budget = new CallBudget(calls);
        List<PlanOrder> page = orders.unsettled(clock.instant(), ageMin, inForceAgeMin, pageSize);
        int looked = 0;
        for (PlanOrder order : page) {
            if (budget.isSpent() || !budget.spendOn(() -> look(order))) {
                break;
            }
            looked++;
        }
        return looked;
    }

    /** Whether it makes sense to look at the next. */
    private boolean look(PlanOrder order) {
        try {
            settle(order);
        } catch (StripeFailure failure) {
            log.atWarn()
                    .addKeyValue("order", order.orderId())
                    .log("the sweep could not settle an order of a plan: {}", Failures.describe(failure));
            if (failure.concernsAll()) {
                return false;
            }
        } catch (ProblemException e) {
            log.atWarn()
                    .addKeyValue("order", order.orderId())
                    .log("the sweep could not settle an order of a plan: {}", e.getMessage());
        }
        orders.checked(order);
        return true;
    }

    private void settle(PlanOrder order) {
        String subscriptionId = order.subscriptionId();
        String sessionId = order.sessionId();
        if (subscriptionId != null) {
            fulfilment.follow(subscriptionId);
        } else if (sessionId != null) {
            fulfilment.fulfil(sessionId);
        } else {
            start.open(order);
        }
    }
}
