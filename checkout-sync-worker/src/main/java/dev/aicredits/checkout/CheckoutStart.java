package dev.aicredits.checkout;

import dev.aicredits.problem.CommonProblem;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.stripe.SessionRequest;
import dev.aicredits.stripe.StripeFailure;
import dev.aicredits.stripe.StripeFailure.Kind;
import dev.aicredits.stripe.StripeGateway;
import dev.aicredits.stripe.StripeSession;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Opens checkout sessions. The order is committed before Stripe hears of it, and Stripe's idempotency key is the order's:
 * whatever is lost on the way, asking again, by the client or by the sweep, gives the same session.
 */
class CheckoutStart {

    /**
     * Stripe remembers an idempotency key for at least 24 hours. After this long, with a margin, asking again might open
     * a second session, so we do not.
     */
    static final Duration RETRY_WINDOW = Duration.ofHours(23);

    /** Why an order failed of which nobody knows whether it has a session. Nobody has its URL either. */
    static final String NEVER_OPENED = "never_opened";

    private static final String REFUSED = "refused_by_stripe";
    private static final Logger log = LoggerFactory.getLogger(CheckoutStart.class);

    private final StripeGateway stripe;
    private final JdbcOrders orders;
    private final TransactionTemplate transaction;
    private final Clock clock;

    CheckoutStart(StripeGateway stripe, JdbcOrders orders, TransactionTemplate transaction, Clock clock) {
        this.stripe = stripe;
        this.orders = orders;
        this.transaction = transaction;
        this.clock = clock;
    }

    /**
     * The organization's order of {@code purchase}, with a session that the customer can pay. With an idempotency key
     * that was used before, the order of then.
     */
    Order start(String organizationId, @Nullable String idempotencyKey, Purchase purchase) {
        Order order = orders.create(organizationId, idempotencyKey, purchase, stripe.livemode())
                .orElseThrow(() -> new ProblemException(CommonProblem.ORGANIZATION_NOT_FOUND));
        if (!order.requestHash().equals(purchase.hash())) {
            throw new ProblemException(CheckoutProblem.IDEMPOTENCY_KEY_REUSED);
        }
        return order.sessionId() == null ? open(order) : order;
    }

    /** Asks Stripe for the order's session, be it for the first time or again. */
    Order open(Order order) {
        if (order.state() == OrderState.FAILED) {
            throw new ProblemException(CheckoutProblem.CHECKOUT_FAILED);
        }
        if (order.createdAt().plus(RETRY_WINDOW).isBefore(clock.instant())) {
            orders.move(order, OrderState.FAILED, NEVER_OPENED);
            throw new ProblemException(CheckoutProblem.CHECKOUT_FAILED);
        }
        StripeSession session = create(order);
        return saved(order, session);
    }

    private StripeSession create(Order order) {
        try {
            return stripe.createSession(new SessionRequest(
                    order.orderId(),
                    order.organizationId(),
                    order.amountCents(),
                    order.currency(),
                    order.successUrl(),
                    order.cancelUrl()));
        } catch (StripeFailure failure) {
            if (failure.kind() == Kind.REFUSED) {
                orders.move(order, OrderState.FAILED, REFUSED);
            }
            throw failure;
        }
    }

    private Order saved(Order order, StripeSession session) {
        transaction.executeWithoutResult(status -> {
            Order locked = orders.lock(new JdbcOrders.Found(order.organizationKey(), order.orderId(), false, false));
            orders.attach(locked, session);
            orders.move(locked, OrderState.OPEN, null);
        });
        Order saved = orders.byId(order.organizationId(), order.orderId()).orElseThrow();
        if (!session.id().equals(saved.sessionId())) {
            log.atError()
                    .addKeyValue("order", order.orderId())
                    .log("Stripe gave two sessions under one idempotency key; the first is kept");
        }
        return saved;
    }
}
