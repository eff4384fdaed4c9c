package dev.aicredits.stripe;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How many calls to Stripe, repetitions included, a piece of work may make. It holds for the thread that does the work;
 * a call beyond it is {@link StripeFailure.Kind#NOT_ASKED}.
 */
public final class CallBudget {

    private static final ThreadLocal<@Nullable CallBudget> CURRENT = new ThreadLocal<>();

    private int left;

    /** A budget of {@code calls} calls. */
    public CallBudget(int calls) {
        this.left = calls;
    }

    /** Does {@code work} within this budget. */
    public <T> T spendOn(Supplier<T> work) {
        CallBudget outer = CURRENT.get();
        CURRENT.set(this);
        try {
            return work.get();
        } finally {
            CURRENT.set(outer);
        }
    }

    /** Whether no call is left. */
    public boolean isSpent() {
        return left <= 0;
    }

    /** Takes a call from the budget that the current thread works within, if there is one. */
    static void take() {
        CallBudget current = CURRENT.get();
        if (current != null && --current.left < 0) {
            throw new StripeFailure(StripeFailure.Kind.NOT_ASKED, "the budget of calls is spent", null, null);
        }
    }
}
