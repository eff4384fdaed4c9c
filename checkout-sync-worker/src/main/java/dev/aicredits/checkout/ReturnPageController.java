package dev.aicredits.checkout;

import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.messaging.Failures;
import dev.aicredits.stripe.StripeFailure;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Where a customer's browser comes back to, if the client named no page of its own. Asks Stripe at once, so that the
 * credits are there when the customer looks. It needs no key: whoever has a session's id may learn how far it is.
 */
@RestController
class ReturnPageController {

    private static final Logger log = LoggerFactory.getLogger(ReturnPageController.class);

    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>%1$s</title></head>
            <body><main><h1>%1$s</h1><p>%2$s</p></main></body>
            </html>
            """;

    private final Fulfilment fulfilment;
    private final PlanFulfilment plans;
    private final JdbcOrders orders;
    private final JdbcPlanOrders planOrders;

    ReturnPageController(Fulfilment fulfilment, PlanFulfilment plans, JdbcOrders orders, JdbcPlanOrders planOrders) {
        this.fulfilment = fulfilment;
        this.plans = plans;
        this.orders = orders;
        this.planOrders = planOrders;
    }

    @Requires(Grant.PUBLIC)
    @GetMapping(ReturnUrls.RETURN_PATH)
    ResponseEntity<String> returned(
            @RequestParam(name = "session_id", required = false) @Nullable String sessionId,
            @RequestParam(name = "plan_session_id", required = false) @Nullable String planSessionId) {
        if (planSessionId != null) {
            return html(planPage(planSessionId));
        }
        Optional<OrderState> state = sessionId == null ? Optional.empty() : state(sessionId);
        return html(page(state.orElse(OrderState.OPEN)));
    }

    private String planPage(String sessionId) {
        try {
            // Anybody may ask: Stripe is asked only about a session that is known to be ours.
            if (!planOrders.isKnown(sessionId)) {
                return PAGE.formatted("Not paid", "Nothing was bought. You can start again.");
            }
            return switch (plans.fulfil(sessionId)) {
                case PUT_IN_FORCE, UNCHANGED -> PAGE.formatted("Thank you", "Your plan is in force.");
                case HELD, REFUSED ->
                    PAGE.formatted("Thank you", "Your payment is being looked at. Support can tell you more.");
                case NOT_OURS, NOT_PAID, TAKEN_BACK ->
                    PAGE.formatted("Not paid", "Nothing was bought. You can start again.");
            };
        } catch (StripeFailure | DataAccessException e) {
            log.atWarn().log("the return page could not ask: {}", Failures.describe(e));
            return PAGE.formatted(
                    "Thank you", "Your payment is being processed. Your plan changes once it is complete.");
        }
    }

    private static ResponseEntity<String> html(String page) {
        return ResponseEntity.ok()
                .contentType(MediaType.TEXT_HTML)
                .cacheControl(CacheControl.noStore())
                .header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'")
                .header("Referrer-Policy", "no-referrer")
                .body(page);
    }

    private Optional<OrderState> state(String sessionId) {
        try {
            Optional<Order> order = orders.bySession(sessionId);
            if (order.isPresent() && order.get().state() != OrderState.CREDITED) {
                fulfilment.fulfil(sessionId, Fulfilment.Depth.SESSION);
                order = orders.bySession(sessionId);
            }
            return order.map(Order::state);
        } catch (StripeFailure | LedgerRefusedException | DataAccessException e) {
            log.atWarn().log("the return page could not ask: {}", Failures.describe(e));
            return Optional.of(OrderState.PROCESSING);
        }
    }

    private static String page(OrderState state) {
        return switch (state) {
            case CREDITED -> PAGE.formatted("Thank you", "Your credits have been added.");
            case PROCESSING, REVIEW ->
                PAGE.formatted("Thank you", "Your payment is being processed. Credits are added once it is complete.");
            case FAILED -> PAGE.formatted("Payment failed", "Nothing was bought. You can start again.");
            case REFUSED -> PAGE.formatted("Payment not accepted", "No credits were added. Support can tell you more.");
            case CREATED, OPEN, EXPIRED -> PAGE.formatted("Not paid", "Nothing was bought. You can start again.");
        };
    }
}
