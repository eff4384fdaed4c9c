package dev.aicredits.checkout;

import dev.aicredits.reconcile.Resync;
import dev.aicredits.stripe.StripeFailure;
import java.util.function.Supplier;

/** Fulfils a session for a repair, or follows a subscription; says in a word what came of it. */
final class SessionResync implements Resync {

    private final Fulfilment fulfilment;
    private final PlanFulfilment plans;

    SessionResync(Fulfilment fulfilment, PlanFulfilment plans) {
        this.fulfilment = fulfilment;
        this.plans = plans;
    }

    @Override
    public String resync(String sessionId, Around around) {
        return outcome(() -> fulfilment
                .fulfil(
                        sessionId,
                        Fulfilment.Depth.EVERYTHING,
                        (order, session, merge) -> around.run(() -> merge.apply(order)))
                .wireName());
    }

    @Override
    public String resyncPlan(String sessionId, Around around) {
        return outcome(() -> plans.fulfil(sessionId, around).wireName());
    }

    @Override
    public String resyncSubscription(String subscriptionId, Around around) {
        return outcome(() -> plans.follow(subscriptionId, around).wireName());
    }

    private static String outcome(Supplier<String> doing) {
        try {
            return doing.get();
        } catch (StripeFailure failure) {
            return "stripe_" + failure.kind().wireName();
        } catch (LedgerRefusedException refused) {
            return "ledger_refused";
        }
    }
}
