package dev.aicredits.spending;

import dev.aicredits.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a request about budgets and holds. */
enum SpendingProblem implements Problem {
    AMOUNT_INVALID(
            HttpStatus.BAD_REQUEST,
            "An amount must be a number of USD with at most nine decimal places, in the range of its field."),
    CURRENCY_UNSUPPORTED(HttpStatus.BAD_REQUEST, "The currency must be USD."),
    ENFORCEMENT_MODE_UNKNOWN(HttpStatus.BAD_REQUEST, "The enforcement mode must be hard_block or alert_only."),
    IDEMPOTENCY_KEY_INVALID(
            HttpStatus.BAD_REQUEST, "The Idempotency-Key must be 1 to 255 visible ASCII characters, sent once."),
    IDEMPOTENCY_KEY_REUSED(HttpStatus.CONFLICT, "The Idempotency-Key was used before for another request."),
    ORGANIZATION_CREDITS_EXHAUSTED(HttpStatus.PAYMENT_REQUIRED, "The organization's credits do not cover this."),
    AGENT_BUDGET_EXHAUSTED(HttpStatus.PAYMENT_REQUIRED, "The agent's monthly budget does not cover this."),
    EXTERNAL_USER_BUDGET_EXHAUSTED(
            HttpStatus.PAYMENT_REQUIRED, "The external user's monthly budget does not cover this."),
    ANONYMOUS_BUDGET_EXHAUSTED(
            HttpStatus.PAYMENT_REQUIRED, "The monthly budget of the agent's anonymous calls does not cover this."),
    TOO_MANY_HOLDS(HttpStatus.CONFLICT, "The organization has as many open holds as it may have."),
    HOLD_NOT_FOUND(HttpStatus.NOT_FOUND, "The organization has no such hold."),
    HOLD_CAPTURED(HttpStatus.CONFLICT, "The hold was captured before."),
    HOLD_RELEASED(HttpStatus.CONFLICT, "The hold was released before."),
    HOLD_EXPIRED(HttpStatus.CONFLICT, "The hold's time is over."),
    CAPTURE_EXCEEDS_HOLD(HttpStatus.CONFLICT, "The hold holds less than is to be captured.");

    private final HttpStatus status;
    private final String message;

    SpendingProblem(HttpStatus status, String message) {
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
