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
    private final JdbcOrders orders;

    ReturnPageController(Fulfilment fulfilment, JdbcOrders orders) {
        this.fulfilment = fulfilment;
        this.orders = orders;
    }

    @Requires(Grant.PUBLIC)
    @GetMapping(ReturnUrls.RETURN_PATH)
    ResponseEntity<String> returned(@RequestParam(name = "session_id", required = false) @Nullable String sessionId) {
        Optional<OrderState> state = sessionId == null ? Optional.empty() : state(sessionId);
        return ResponseEntity.ok()
                .contentType(MediaType.TEXT_HTML)
                .cacheControl(CacheControl.noStore())
                .header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'")
                .header("Referrer-Policy", "no-referrer")
                .body(page(state.orElse(OrderState.OPEN)));
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
