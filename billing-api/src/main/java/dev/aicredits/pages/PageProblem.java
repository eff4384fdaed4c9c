package dev.aicredits.pages;

import dev.aicredits.problem.Problem;
import org.springframework.http.HttpStatus;

/** What pages refuse by themselves. */
enum PageProblem implements Problem {
    FORM_STALE(HttpStatus.FORBIDDEN, "The form is older than your session: nothing was changed. Open its page again.");

    private final HttpStatus status;
    private final String message;

    PageProblem(HttpStatus status, String message) {
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
