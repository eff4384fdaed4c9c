package dev.aicredits.checkout;

import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.problem.IdempotencyHeader;
import dev.aicredits.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Buying a plan of hosting: the calls of a purchase of credits, for a subscription. */
@RestController
@RequestMapping(PlanCheckoutController.PATH)
class PlanCheckoutController {

    static final String PATH = "/api/v1/organizations/{organizationId}/mcp-hosting/billing/checkout-session";

    static final String PRODUCT = "hosting";

    /** Enough for a plan's key. */
    private static final int BODY_BYTES_MAX = 4 * 1024;

    private static final int PLAN_KEY_LENGTH_MAX = 200;

    /** A session that the customer can pay. */
    record Started(
            String provider,
            String product,
            String sessionId,
            @Nullable String url,
            @Nullable String expiresAt,
            String planKey) {}

    /**
     * How far a session is.
     *
     * @param completed whether the plan was put in force
     */
    record Status(String product, String sessionId, String status, boolean completed, String planKey) {}

    private final PlanStart start;
    private final PlanFulfilment fulfilment;
    private final JdbcPlanOrders orders;

    PlanCheckoutController(PlanStart start, PlanFulfilment fulfilment, JdbcPlanOrders orders) {
        this.start = start;
        this.fulfilment = fulfilment;
        this.orders = orders;
    }

    @Requires(Grant.BILLING_MANAGE)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Started start(@PathVariable String organizationId, HttpServletRequest request) {
        String key = IdempotencyHeader.read(
                        request, () -> new ProblemException(CheckoutProblem.IDEMPOTENCY_KEY_INVALID))
                .orElse(null);
        PlanOrder order = start.start(organizationId, key, planKey(RequestBodies.read(request, BODY_BYTES_MAX)));
        return new Started(
                "stripe",
                PRODUCT,
                Objects.requireNonNull(order.sessionId()),
                order.url(),
                order.expiresAt() == null ? null : order.expiresAt().toString(),
                order.planKey());
    }

    private static String planKey(byte[] body) {
        JsonNode planKey = RequestBodies.parse(body).path("planKey");
        if (!planKey.isString() || !planKey.stringValue().matches("[a-z0-9_]{1," + PLAN_KEY_LENGTH_MAX + "}")) {
            throw new ProblemException(CheckoutProblem.PLAN_NOT_ON_OFFER);
        }
        return planKey.stringValue();
    }

    @Requires(Grant.BILLING_VIEW)
    @GetMapping("/{sessionId}/status")
    Status status(@PathVariable String organizationId, @PathVariable String sessionId) {
        return status(order(organizationId, sessionId));
    }

    @Requires(Grant.BILLING_MANAGE)
    @PostMapping("/{sessionId}/sync")
    Status sync(@PathVariable String organizationId, @PathVariable String sessionId) {
        order(organizationId, sessionId);
        fulfilment.fulfil(sessionId);
        return status(order(organizationId, sessionId));
    }

    private PlanOrder order(String organizationId, String sessionId) {
        return orders.bySession(organizationId, sessionId)
                .orElseThrow(() -> new ProblemException(CheckoutProblem.CHECKOUT_SESSION_NOT_FOUND));
    }

    private static Status status(PlanOrder order) {
        return new Status(
                PRODUCT,
                Objects.requireNonNull(order.sessionId()),
                order.state().wireName(),
                order.isFulfilled(),
                order.planKey());
    }
}
