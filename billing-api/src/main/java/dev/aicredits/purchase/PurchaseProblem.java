package dev.aicredits.purchase;

import dev.aicredits.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a purchase before checkout-sync-worker hears of it. */
enum PurchaseProblem implements Problem {
    AMOUNT_REQUIRED(HttpStatus.BAD_REQUEST, "Choose an amount, or enter one."),
    CHECKOUT_NOT_CONFIGURED(
            HttpStatus.SERVICE_UNAVAILABLE,
            "Purchases are not set up here: the pages do not know where checkout is served."),
    CHECKOUT_UNREACHABLE(HttpStatus.SERVICE_UNAVAILABLE, "Checkout does not answer; nothing was bought.");

    private final HttpStatus status;
    private final String message;

    PurchaseProblem(HttpStatus status, String message) {
        this.status = status;
        this.message = message;
    }

    @Override
    public HttpStatus status() {
        return status;
    }

    @Override
    public String message() {
        return message;
    }
}
