package dev.aicredits.problem;

import org.springframework.http.HttpStatus;

/** The errors that any route may answer with. */
public enum CommonProblem implements Problem {
    UNAUTHENTICATED(HttpStatus.UNAUTHORIZED, "A valid API key or token is required."),
    FORBIDDEN(HttpStatus.FORBIDDEN, "Your role in the organization does not allow this."),
    NOT_FOUND(HttpStatus.NOT_FOUND, "There is nothing here."),
    ORGANIZATION_NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such organization."),
    AGENT_NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such agent."),
    METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "This path does not take this method."),
    NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, "The answer has no representation that the Accept header names."),
    UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json."),
    MALFORMED_REQUEST(HttpStatus.BAD_REQUEST, "The request is not valid HTTP for this service."),
    MALFORMED_BODY(HttpStatus.BAD_REQUEST, "The body is not one JSON object within our limits."),
    INVALID_FIELD(HttpStatus.BAD_REQUEST, "A field of the body is missing, unknown or has no valid value."),
    INVALID_PARAMETER(HttpStatus.BAD_REQUEST, "A parameter of the request is missing or has no valid value."),
    BODY_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "The body is too large."),
    RATE_LIMITED(HttpStatus.TOO_MANY_REQUESTS, "Too many requests; try again later."),
    IDENTITY_PROVIDER_UNAVAILABLE(
            HttpStatus.SERVICE_UNAVAILABLE, "Tokens can't be checked at the moment; try again later."),
    TEMPORARILY_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "The service is not available; try again later."),
    INTERNAL_ERROR(HttpStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side.");

    private final HttpStatus status;
    private final String message;

    CommonProblem(HttpStatus status, String message) {
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
