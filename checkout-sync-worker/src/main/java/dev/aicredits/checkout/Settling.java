package dev.aicredits.checkout;

import dev.aicredits.messaging.Failures;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.stripe.CallBudget;
import dev.aicredits.stripe.StripeFailure;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles a sweep's orders one after the other, within a budget of calls to Stripe. What fails for one order may do better
 * for others, and goes to the end of the line; what concerns all ends the sweep.
 *
 * @param what what one of them is, for the log
 * @param settle asks Stripe about one and does what follows
 * @param checked notes that Stripe was asked about it
 */
record Settling<T>(String what, Function<T, UUID> orderId, Consumer<T> settle, Consumer<T> checked) {

    private static final Logger log = LoggerFactory.getLogger(Settling.class);

    /** Answers how many it has looked at. */
    int run(List<T> orders, int calls) {
        CallBudget budget = new CallBudget(calls);
        int looked = 0;
        for (T order : orders) {
            if (budget.isSpent() || !budget.spendOn(() -> look(order))) {
                break;
            }
            looked++;
        }
        return looked;
    }

    /** Whether it makes sense to look at the next. */
    private boolean look(T order) {
        try {
            settle.accept(order);
        } catch (StripeFailure failure) {
            tell(order, Failures.describe(failure));
            if (failure.concernsAll()) {
                return false;
            }
        } catch (ProblemException | LedgerRefusedException e) {
            tell(order, e.getMessage());
        }
        checked.accept(order);
        return true;
    }

    private void tell(T order, @Nullable String why) {
        log.atWarn().addKeyValue("order", orderId.apply(order)).log("the sweep could not settle {}: {}", what, why);
    }
}
