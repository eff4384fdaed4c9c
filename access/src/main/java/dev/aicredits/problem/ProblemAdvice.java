package dev.aicredits.problem;

import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

/** Answers whatever a controller throws and no advice of its own answers. */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
final class ProblemAdvice {

    @ExceptionHandler
    ResponseEntity<ProblemDetail> problem(Exception e) {
        return ProblemClassifier.classify(e).toResponse();
    }

    /** Nobody is there to be answered. */
    @ExceptionHandler
    @Nullable Void gone(AsyncRequestNotUsableException e) {
        return null;
    }
}
