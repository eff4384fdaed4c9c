package dev.aicredits.operations;

import dev.aicredits.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a request of an operator's. */
enum OperationsProblem implements Problem {
    DEAD_LETTER_NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such dead letter."),
    BROKER_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "The broker does not answer; try again later.");

    private final HttpStatus status;
    private final String message;

    OperationsProblem(HttpStatus status, String message) {
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
