package dev.aicredits.checkout;

import dev.aicredits.checkout.Fulfilment.Depth;
import dev.aicredits.checkout.Fulfilment.Locked;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.reconcile.Deed;
import dev.aicredits.reconcile.JdbcDeeds;
import dev.aicredits.stripe.StripeFailure;
import dev.aicredits.stripe.StripeFailure.Kind;
import dev.aicredits.stripe.StripeSession;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what is held for review, as a person decides who has looked at it. The session is read from Stripe once more: only
 * what is paid in the amount that the person states is credited. A decision and what it books are one transaction with
 * their row in the audit log. Safe to repeat.
 */
class Reviews {

    /** Who decided what, and why in their own words. */
    record Decision(String organizationId, String sessionId, String actor, String reason) {}

    private static final Logger log = LoggerFactory.getLogger(Reviews.class);
    static final String RELEASED = "review_released";
    static final String REFUSED = "review_refused";
    static final int LISTED_MAX = 200;

    private final Fulfilment fulfilment;
    private final JdbcOrders orders;
    private final JdbcDeeds deeds;

    Reviews(Fulfilment fulfilment, JdbcOrders orders, JdbcDeeds deeds) {
        this.fulfilment = fulfilment;
        this.orders = orders;
        this.deeds = deeds;
    }

    /** The orders that wait, over all organizations, the longest waiting first. */
    List<Order> waiting() {
        return orders.inReview(LISTED_MAX);
    }

    /**
     * Credits the session with what was paid.
     *
     * @return the order, which is credited
     */
    Order release(Decision decision, long amountCents) {
        Order.Release release = new Order.Release(decision.sessionId(), amountCents);
        return decide(decision, (order, session, merge) -> {
            if (release.equals(order.released())) {
                return merge.apply(order);
            }
            requireReleasable(order, order.releasedAs(release), session);
            return deeds.audited(
                    deed(decision, order, RELEASED), () -> credited(merge.apply(orders.release(order, release))));
        });
    }

    private static void requireReleasable(Order order, Order released, StripeSession session) {
        if (order.state() != OrderState.REVIEW) {
            throw new ProblemException(CheckoutProblem.NOT_IN_REVIEW);
        }
        Verdict verdict = Verdict.of(released, session);
        if (verdict instanceof Verdict.Held held) {
            throw new ProblemException(
                    held.reason() == ReviewReason.AMOUNT_MISMATCH
                            ? CheckoutProblem.RELEASE_AMOUNT_DIFFERS
                            : CheckoutProblem.RELEASE_NOT_POSSIBLE);
        }
        if (verdict instanceof Verdict.Unpaid) {
            throw new ProblemException(CheckoutProblem.RELEASE_NOT_POSSIBLE);
        }
    }

    /** Takes the decision back if the ledger will not have it. */
    private static Fulfilled credited(Fulfilled fulfilled) {
        if (fulfilled instanceof Fulfilled.Held) {
            throw new ProblemException(CheckoutProblem.LEDGER_REFUSED);
        }
        return fulfilled;
    }

    /**
     * Settles that the order is never credited. The money is given back at Stripe, by a person; until it is, the
     * reconciliation report names it.
     *
     * @return the order, which is refused
     */
    Order refuse(Decision decision) {
        return decide(decision, (order, session, merge) -> {
            if (order.state() == OrderState.REFUSED) {
                return new Fulfilled.Unchanged();
            }
            if (order.state() != OrderState.REVIEW) {
                throw new ProblemException(CheckoutProblem.NOT_IN_REVIEW);
            }
            return deeds.audited(deed(decision, order, REFUSED), () -> {
                orders.move(order, OrderState.REFUSED, order.reason());
                return new Fulfilled.Unchanged();
            });
        });
    }

    private Order decide(Decision decision, Locked deciding) {
        DecidedOrder decided = new DecidedOrder(decision, deciding);
        try {
            fulfilment.fulfil(decision.sessionId(), Depth.EVERYTHING, decided);
        } catch (StripeFailure failure) {
            throw failure.kind() == Kind.NOT_FOUND
                    ? new ProblemException(CheckoutProblem.CHECKOUT_SESSION_NOT_FOUND)
                    : failure;
        }
        return decided.asItIsNow();
    }

    private static Deed deed(Decision decision, Order order, String action) {
        log.atInfo()
                .addKeyValue("organization", order.organizationId())
                .addKeyValue("order", order.orderId())
                .addKeyValue("action", action)
                .log("a person decides about an order in review");
        return new Deed(
                order.organizationId(), order.orderId().toString(), decision.actor(), action, decision.reason());
    }

    /** The order that a decision is about, once it is found, if it is the organization's. */
    private final class DecidedOrder implements Locked {
        private final Decision decision;
        private final Locked deciding;
        private Optional<Order> order = Optional.empty();

        DecidedOrder(Decision decision, Locked deciding) {
            this.decision = decision;
            this.deciding = deciding;
        }

        @Override
        public Fulfilled run(Order found, StripeSession session, Function<Order, Fulfilled> merge) {
            if (!found.organizationId().equals(decision.organizationId())) {
                throw new ProblemException(CheckoutProblem.CHECKOUT_SESSION_NOT_FOUND);
            }
            order = Optional.of(found);
            return deciding.run(found, session, merge);
        }

        Order asItIsNow() {
            return order.flatMap(found -> orders.byId(found.organizationId(), found.orderId()))
                    .orElseThrow(() -> new ProblemException(CheckoutProblem.CHECKOUT_SESSION_NOT_FOUND));
        }
    }
}
