package dev.aicredits.intake;

import dev.aicredits.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a batch of usage events as a whole. */
enum IntakeProblem implements Problem {
    BATCH_EMPTY(HttpStatus.BAD_REQUEST, "The batch has no event."),
    BATCH_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "The batch has more events than are taken at once."),
    NO_EVENT_ACCEPTED(HttpStatus.UNPROCESSABLE_CONTENT, "No event could be accepted; each says why."),
    EVENTS_NOT_STORED(
            HttpStatus.SERVICE_UNAVAILABLE,
            "Not every event could be stored; send all of them again: none is debited twice.");

    private final HttpStatus status;
    private final String message;

    IntakeProblem(HttpStatus status, String message) {
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
