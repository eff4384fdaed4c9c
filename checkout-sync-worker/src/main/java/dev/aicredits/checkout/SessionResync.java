package dev.aicredits.checkout;

import dev.aicredits.reconcile.Resync;
import dev.aicredits.stripe.StripeFailure;

/** Fulfils a session for a repair; says in a word what came of it. */
final class SessionResync implements Resync {

    private final Fulfilment fulfilment;

    SessionResync(Fulfilment fulfilment) {
        this.fulfilment = fulfilment;
    }

    @Override
    public String resync(String sessionId, Around around) {
        try {
            return fulfilment
                    .fulfil(
                            sessionId,
                            Fulfilment.Depth.EVERYTHING,
                            (order, session, merge) -> around.run(() -> merge.apply(order)))
                    .wireName();
        } catch (StripeFailure failure) {
            return "stripe_" + failure.kind().wireName();
        } catch (LedgerRefusedException refused) {
            return "ledger_refused";
        }
    }
}
