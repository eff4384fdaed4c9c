package dev.aicredits.checkout;

import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.money.Usd;
import dev.aicredits.problem.IdempotencyHeader;
import dev.aicredits.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Starts checkout sessions, and says how far they are. */
@RestController
@RequestMapping(CheckoutController.PATH)
class CheckoutController {

    static final String PATH = "/api/v1/organizations/{organizationId}/ai-credits/checkout-session";

    static final String PRODUCT = "ai-credits";

    private final CheckoutStart start;
    private final Fulfilment fulfilment;
    private final JdbcOrders orders;
    private final PurchaseReader purchases;

    CheckoutController(CheckoutStart start, Fulfilment fulfilment, JdbcOrders orders, PurchaseReader purchases) {
        this.start = start;
        this.fulfilment = fulfilment;
        this.orders = orders;
        this.purchases = purchases;
    }

    /** A session that the customer can pay. */
    record Started(
            String provider,
            String sessionId,
            @Nullable String url,
            @Nullable String expiresAt,
            BigDecimal creditAmountUsd) {}

    /**
     * How far a session is.
     *
     * @param completed whether the credits are in the ledger
     * @param ledgerEntryId the entry's place in the organization's ledger, once it is there
     */
    record Status(
            String product,
            String sessionId,
            String status,
            boolean completed,
            @Nullable String ledgerEntryId,
            BigDecimal creditAmountUsd) {}

    @Requires(Grant.BILLING_MANAGE)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Started start(@PathVariable String organizationId, HttpServletRequest request) {
        String key = IdempotencyHeader.read(
                        request, () -> new ProblemException(CheckoutProblem.IDEMPOTENCY_KEY_INVALID))
                .orElse(null);
        Purchase purchase = purchases.read(RequestBodies.read(request, PurchaseReader.BODY_BYTES_MAX));
        Order order = start.start(organizationId, key, purchase);
        return new Started(
                "stripe",
                Objects.requireNonNull(order.sessionId()),
                order.url(),
                order.expiresAt() == null ? null : order.expiresAt().toString(),
                usd(order));
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
        fulfilment.fulfil(sessionId, Fulfilment.Depth.SESSION);
        return status(order(organizationId, sessionId));
    }

    private Order order(String organizationId, String sessionId) {
        return orders.bySession(organizationId, sessionId)
                .orElseThrow(() -> new ProblemException(CheckoutProblem.CHECKOUT_SESSION_NOT_FOUND));
    }

    private static Status status(Order order) {
        Long entrySeq = order.entrySeq();
        return new Status(
                PRODUCT,
                Objects.requireNonNull(order.sessionId()),
                order.state().wireName(),
                order.state() == OrderState.CREDITED,
                entrySeq == null ? null : entrySeq.toString(),
                usd(order));
    }

    private static BigDecimal usd(Order order) {
        return Usd.ofNanos(Math.multiplyExact(order.creditCents(), Fulfilment.NANOS_PER_CENT))
                .toDecimal();
    }
}
