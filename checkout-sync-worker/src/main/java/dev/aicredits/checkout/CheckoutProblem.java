package dev.aicredits.checkout;

import dev.aicredits.problem.Problem;
import org.springframework.http.HttpStatus;

/** Every error that our endpoints answer with; the name in lower case is the stable {@code code}. */
enum CheckoutProblem implements Problem {
    CHECKOUT_SESSION_NOT_FOUND(HttpStatus.NOT_FOUND, "The organization has no such checkout session."),
    AMOUNT_REQUIRED(HttpStatus.BAD_REQUEST, "creditAmountUsd is required."),
    AMOUNT_AMBIGUOUS(HttpStatus.BAD_REQUEST, "creditAmountUsd and amountUsd differ."),
    AMOUNT_NOT_A_NUMBER(HttpStatus.BAD_REQUEST, "The amount must be a JSON number of USD."),
    AMOUNT_NOT_WHOLE_CENTS(HttpStatus.BAD_REQUEST, "The amount must be whole cents."),
    AMOUNT_NOT_POSITIVE(HttpStatus.BAD_REQUEST, "The amount must be more than zero."),
    AMOUNT_TOO_SMALL(HttpStatus.BAD_REQUEST, "The amount is below the minimum."),
    AMOUNT_TOO_LARGE(HttpStatus.BAD_REQUEST, "The amount is above the maximum."),
    RETURN_URL_INVALID(HttpStatus.BAD_REQUEST, "Return URLs must be absolute, and of an allowed origin."),
    IDEMPOTENCY_KEY_INVALID(
            HttpStatus.BAD_REQUEST, "Idempotency-Key must be one header of 1 to 255 visible ASCII characters."),
    IDEMPOTENCY_KEY_REUSED(HttpStatus.CONFLICT, "The Idempotency-Key was used before for another request."),
    CHECKOUT_FAILED(HttpStatus.CONFLICT, "This checkout session could not be opened; start a new one."),
    PLAN_NOT_ON_OFFER(HttpStatus.BAD_REQUEST, "planKey must be that of a plan on offer that has a fee."),
    PLAN_IN_FORCE(HttpStatus.CONFLICT, "The organization has this plan, or a subscription to one, already."),
    ORGANIZATION_INVOICED(HttpStatus.CONFLICT, "The organization pays by invoice; its plan is agreed on with support."),
    PERIOD_INVALID(
            HttpStatus.BAD_REQUEST,
            "from and to must be one RFC 3339 time or UTC date each, from before to and in the past."),
    PERIOD_TOO_LONG(HttpStatus.BAD_REQUEST, "A report spans 92 days at most."),
    PERIOD_TOO_LARGE(HttpStatus.UNPROCESSABLE_CONTENT, "Too much happened in the period; ask for a shorter one."),
    FORMAT_UNKNOWN(HttpStatus.BAD_REQUEST, "format must be json or csv."),
    REASON_REQUIRED(HttpStatus.BAD_REQUEST, "reason is required, of 1 to 500 characters."),
    NOT_IN_REVIEW(HttpStatus.CONFLICT, "The order is not in review, or was decided otherwise."),
    RELEASE_AMOUNT_DIFFERS(HttpStatus.CONFLICT, "Another amount was paid than the one stated; look again."),
    RELEASE_NOT_POSSIBLE(
            HttpStatus.CONFLICT,
            "The session is not paid, or no longer, or not in the currency and mode that we sell in."),
    SIGNATURE_INVALID(HttpStatus.BAD_REQUEST, "The signature is missing, wrong or out of time."),
    MALFORMED_EVENT(HttpStatus.BAD_REQUEST, "The body is not an event."),
    EVENT_NOT_STORED(HttpStatus.SERVICE_UNAVAILABLE, "The event could not be stored; send it again."),
    PAYMENT_PROVIDER_REFUSED(HttpStatus.BAD_GATEWAY, "The payment provider refused the request."),
    PAYMENT_PROVIDER_FAILED(HttpStatus.BAD_GATEWAY, "The payment provider did not answer as it should; try again."),
    PAYMENT_PROVIDER_UNAVAILABLE(
            HttpStatus.SERVICE_UNAVAILABLE, "The payment provider is not available; try again later."),
    LEDGER_REFUSED(HttpStatus.CONFLICT, "The ledger could not take the entry; support has to look at it.");

    private final HttpStatus status;
    private final String message;

    CheckoutProblem(HttpStatus status, String message) {
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

    /** Whether its answer says what amounts can be bought. */
    boolean isAboutAmount() {
        return name().startsWith("AMOUNT_");
    }
}
