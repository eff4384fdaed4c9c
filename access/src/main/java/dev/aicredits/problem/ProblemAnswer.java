package dev.aicredits.problem;

import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

/**
 * What a client is told of an error.
 *
 * @param details members beside the usual ones
 * @param headers beside the content type
 */
public record ProblemAnswer(Problem problem, Map<String, Object> details, HttpHeaders headers) {

    private static final String RETRY_AFTER_SECONDS = "5";

    /** With the headers that its status asks for. */
    public static ProblemAnswer of(Problem problem, Map<String, Object> details) {
        HttpHeaders headers = new HttpHeaders();
        switch (problem.status()) {
            case UNAUTHORIZED -> headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
            case SERVICE_UNAVAILABLE -> headers.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
            default -> {}
        }
        return new ProblemAnswer(problem, details, headers);
    }

    public static ProblemAnswer of(Problem problem) {
        return of(problem, Map.of());
    }

    ProblemDetail body() {
        ProblemDetail body = ProblemDetail.forStatusAndDetail(problem.status(), problem.message());
        body.setTitle(problem.status().getReasonPhrase());
        body.setProperty("code", problem.code());
        body.setProperty("message", problem.message());
        details.forEach(body::setProperty);
        return body;
    }

    /** As a controller, or an advice, answers it. */
    public ResponseEntity<ProblemDetail> toResponse() {
        return ResponseEntity.status(problem.status())
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(body());
    }
}
