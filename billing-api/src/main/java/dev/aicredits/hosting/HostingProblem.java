package dev.aicredits.hosting;

import dev.aicredits.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a request about hosted servers and plans. */
enum HostingProblem implements Problem {
    SERVER_NOT_FOUND(HttpStatus.NOT_FOUND, "The organization has no such server."),
    SLUG_TAKEN(HttpStatus.CONFLICT, "The organization has a server with this slug."),
    HOSTED_SERVER_CAP_REACHED(
            HttpStatus.CONFLICT, "The plan has no place for another server; disable one or change the plan."),
    PLAN_NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such plan.");

    private final HttpStatus status;
    private final String message;

    HostingProblem(HttpStatus status, String message) {
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
