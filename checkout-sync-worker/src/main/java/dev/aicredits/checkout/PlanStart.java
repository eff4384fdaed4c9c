package dev.aicredits.checkout;

import dev.aicredits.checkout.JdbcPlanOrders.InForce;
import dev.aicredits.checkout.JdbcPlanOrders.Offer;
import dev.aicredits.problem.CommonProblem;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.stripe.StripeFailure;
import dev.aicredits.stripe.StripeFailure.Kind;
import dev.aicredits.stripe.StripeGateway;
import dev.aicredits.stripe.StripeSession;
import dev.aicredits.stripe.SubscriptionRequest;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Opens checkout sessions for plans, by the rules of {@link CheckoutStart}: the order first, and its key for Stripe. */
class PlanStart {

    private static final String REFUSED = "refused_by_stripe";

    private final StripeGateway stripe;
    private final JdbcPlanOrders orders;
    private final ReturnUrls returnUrls;
    private final Clock clock;

    PlanStart(StripeGateway stripe, JdbcPlanOrders orders, ReturnUrls returnUrls, Clock clock) {
        this.stripe = stripe;
        this.orders = orders;
        this.returnUrls = returnUrls;
        this.clock = clock;
    }

    /**
     * The organization's order of the plan, with a session that the customer can pay. With an idempotency key that was used
     * before, the order of then, whatever the organization has by now and is for sale.
     *
     * @throws ProblemException if the key was used for another plan; or, of a new order, if the plan is not for sale, or not to this
     *     organization now
     */
    PlanOrder start(String organizationId, @Nullable String idempotencyKey, String planKey) {
        PlanOrder order = orders.byIdempotencyKey(organizationId, idempotencyKey)
                .orElseGet(() -> create(organizationId, idempotencyKey, planKey));
        if (!order.planKey().equals(planKey)) {
            throw new ProblemException(CheckoutProblem.IDEMPOTENCY_KEY_REUSED);
        }
        return order.sessionId() == null ? open(order) : order;
    }

    private PlanOrder create(String organizationId, @Nullable String idempotencyKey, String planKey) {
        Offer offer = orders.offer(planKey).orElseThrow(() -> new ProblemException(CheckoutProblem.PLAN_NOT_ON_OFFER));
        requireBuyer(organizationId, planKey);
        return orders.create(
                        organizationId,
                        idempotencyKey,
                        offer,
                        stripe.livemode(),
                        returnUrls.successOfPlan(),
                        returnUrls.cancel(null))
                .orElseThrow(() -> new ProblemException(CommonProblem.ORGANIZATION_NOT_FOUND));
    }

    private void requireBuyer(String organizationId, String planKey) {
        InForce now = orders.inForce(organizationId);
        if (now.invoiced()) {
            throw new ProblemException(CheckoutProblem.ORGANIZATION_INVOICED);
        }
        if (now.planKey().equals(planKey) || orders.hasOtherActive(organizationId, null)) {
            throw new ProblemException(CheckoutProblem.PLAN_IN_FORCE);
        }
    }

    /**
     * Asks Stripe for the order's session, be it for the first time or again.
     *
     * @return the order as it is then: opened by this call, or by somebody else since it was read
     */
    PlanOrder open(PlanOrder order) {
        if (order.state() == PlanOrderState.FAILED) {
            throw new ProblemException(CheckoutProblem.CHECKOUT_FAILED);
        }
        if (order.createdAt().plus(CheckoutStart.RETRY_WINDOW).isBefore(clock.instant())) {
            return givenUp(order);
        }
        orders.attach(order, session(order));
        return asItIsNow(order);
    }

    private PlanOrder givenUp(PlanOrder order) {
        boolean moved = orders.move(order, PlanOrderState.FAILED, CheckoutStart.NEVER_OPENED);
        PlanOrder now = asItIsNow(order);
        if (moved || now.sessionId() == null) {
            throw new ProblemException(CheckoutProblem.CHECKOUT_FAILED);
        }
        return now;
    }

    private PlanOrder asItIsNow(PlanOrder order) {
        return orders.byId(order.organizationId(), order.orderId()).orElseThrow();
    }

    private StripeSession session(PlanOrder order) {
        try {
            return stripe.createSession(new SubscriptionRequest(
                    order.orderId(),
                    order.organizationId(),
                    order.planName(),
                    order.amountCents(),
                    order.currency(),
                    order.successUrl(),
                    order.cancelUrl()));
        } catch (StripeFailure failure) {
            if (failure.kind() == Kind.REFUSED) {
                // Where somebody else has opened it since, it stays open, and asking again answers its session.
                orders.move(order, PlanOrderState.FAILED, REFUSED);
            }
            throw failure;
        }
    }
}
