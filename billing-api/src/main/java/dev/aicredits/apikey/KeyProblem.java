package dev.aicredits.apikey;

import dev.aicredits.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a request about API keys. */
enum KeyProblem implements Problem {
    API_KEY_NOT_FOUND(HttpStatus.NOT_FOUND, "The organization has no such API key."),
    ROLE_NOT_ALLOWED(HttpStatus.FORBIDDEN, "An API key can't have more rights than who makes or changes it."),
    API_KEY_NOT_ACTIVE(HttpStatus.CONFLICT, "The API key is revoked or expired; make a new one."),
    TOO_MANY_API_KEYS(HttpStatus.CONFLICT, "The organization has as many active API keys as it may have.");

    private final HttpStatus status;
    private final String message;

    KeyProblem(HttpStatus status, String message) {
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
