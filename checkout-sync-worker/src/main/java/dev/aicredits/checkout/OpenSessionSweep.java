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
 * Asks Stripe about every session that is not over, so that nothing paid is missed because a webhook was; and opens the
 * session of an order whose start was cut off.
 */
class OpenSessionSweep {

    private static final Logger log = LoggerFactory.getLogger(OpenSessionSweep.class);

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
        CallBudget budget = new CallBudget(calls);
        List<Order> page = orders.unsettled(clock.instant(), ageMin, pageSize);
        int looked = 0;
        for (Order order : page) {
            if (budget.isSpent() || !budget.spendOn(() -> look(order))) {
                break;
            }
            looked++;
        }
        return looked;
    }

    /** Whether it makes sense to look at the next. */
    private boolean look(Order order) {
        try {
            String sessionId = order.sessionId();
            if (sessionId == null) {
                start.open(order);
            } else {
                fulfilment.fulfil(sessionId, Fulfilment.Depth.SESSION);
            }
        } catch (StripeFailure failure) {
            log.atWarn()
                    .addKeyValue("order", order.orderId())
                    .log("the sweep could not settle a session: {}", Failures.describe(failure));
            if (failure.concernsAll()) {
                return false;
            }
            // Others may do better. This one goes to the end of the line.
        } catch (ProblemException | LedgerRefusedException e) {
            log.atWarn()
                    .addKeyValue("order", order.orderId())
                    .log("the sweep could not settle a session: {}", e.getMessage());
        }
        orders.checked(order);
        return true;
    }
}
