package dev.aicredits.checkout;

import dev.aicredits.messaging.Failures;
import dev.aicredits.reconcile.PeriodTooLargeException;
import dev.aicredits.stripe.StripeFailure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Answers what went wrong as RFC 9457 problem details with a stable {@code code}. Says nothing of what was sent. */
@Order(Ordered.HIGHEST_PRECEDENCE)
@RestControllerAdvice(
        assignableTypes = {
            CheckoutController.class,
            PlanCheckoutController.class,
            StripeWebhookController.class,
            ReconciliationController.class,
            ReviewController.class
        })
final class ProblemAdvice {

    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final CheckoutSettings settings;

    ProblemAdvice(CheckoutSettings settings) {
        this.settings = settings;
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> problem(ProblemException e) {
        return answer(e.problem(), null);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> tooLarge(PeriodTooLargeException e) {
        return answer(Problem.PERIOD_TOO_LARGE, null);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> stripe(StripeFailure e) {
        log.atWarn().addKeyValue("kind", e.kind().wireName()).log("a request could not be served: {}", e.getMessage());
        return switch (e.kind()) {
            case REFUSED, NOT_FOUND -> answer(Problem.PAYMENT_PROVIDER_REFUSED, null);
            case UNAVAILABLE, GARBLED -> answer(Problem.PAYMENT_PROVIDER_FAILED, RETRY_AFTER);
            case RATE_LIMITED, NOT_ASKED, MISCONFIGURED ->
                answer(Problem.PAYMENT_PROVIDER_UNAVAILABLE, e.retryAfter() == null ? RETRY_AFTER : e.retryAfter());
        };
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> ledger(LedgerRefusedException e) {
        log.atError().log("a request could not be served: {}", e.getMessage());
        return answer(Problem.LEDGER_REFUSED, null);
    }

    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    ResponseEntity<ProblemDetail> database(RuntimeException e) {
        log.atWarn().log("a request could not be served: {}", Failures.describe(e));
        return answer(Problem.TEMPORARILY_UNAVAILABLE, RETRY_AFTER);
    }

    private ResponseEntity<ProblemDetail> answer(Problem problem, @Nullable Duration retryAfter) {
        ProblemDetail detail = ProblemDetail.forStatusAndDetail(problem.status(), problem.message());
        detail.setTitle(problem.status().getReasonPhrase());
        detail.setProperty("code", problem.code());
        detail.setProperty("message", problem.message());
        if (problem.isAboutAmount()) {
            detail.setProperty("minimumUsd", settings.amountMin());
            detail.setProperty("maximumUsd", settings.amountMax());
            detail.setProperty("suggestedAmountsUsd", settings.amountsSuggested());
        }
        ResponseEntity.BodyBuilder answer =
                ResponseEntity.status(problem.status()).contentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (retryAfter != null) {
            answer.header(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, retryAfter.toSeconds())));
        }
        return answer.body(detail);
    }
}
