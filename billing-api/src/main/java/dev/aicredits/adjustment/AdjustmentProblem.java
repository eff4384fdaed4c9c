package dev.aicredits.adjustment;

import dev.aicredits.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a request about adjustments. */
enum AdjustmentProblem implements Problem {
    ADJUSTMENT_NOT_FOUND(HttpStatus.NOT_FOUND, "The organization has no such adjustment."),
    ADJUSTMENT_DECIDED(HttpStatus.CONFLICT, "The adjustment is booked or rejected already."),
    SECOND_OPERATOR_REQUIRED(HttpStatus.FORBIDDEN, "Another operator than the one who asked has to approve this."),
    IDEMPOTENCY_KEY_INVALID(
            HttpStatus.BAD_REQUEST, "The Idempotency-Key must be 1 to 255 visible ASCII characters, sent once."),
    IDEMPOTENCY_KEY_REUSED(HttpStatus.CONFLICT, "The Idempotency-Key was used before for another adjustment."),
    BALANCE_OUT_OF_RANGE(HttpStatus.CONFLICT, "The balance would leave the range that it is kept in.");

    private final HttpStatus status;
    private final String message;

    AdjustmentProblem(HttpStatus status, String message) {
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
