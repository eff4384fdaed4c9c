package dev.aicredits.stream;

import dev.aicredits.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a request for a stream. */
enum StreamProblem implements Problem {
    TOO_MANY_STREAMS(HttpStatus.SERVICE_UNAVAILABLE, "As many streams are open as may be; try again later."),
    TOO_MANY_STREAMS_OF_ORGANIZATION(
            HttpStatus.TOO_MANY_REQUESTS, "The organization has as many streams open as it may have; close one.");

    private final HttpStatus status;
    private final String message;

    StreamProblem(HttpStatus status, String message) {
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
