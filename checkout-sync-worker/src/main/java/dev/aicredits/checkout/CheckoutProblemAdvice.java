package dev.aicredits.checkout;

import dev.aicredits.problem.Problem;
import dev.aicredits.problem.ProblemAnswer;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.reconcile.PeriodTooLargeException;
import dev.aicredits.stripe.StripeFailure;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Answers what only this worker knows of: Stripe, the ledger's refusals, and what amounts can be bought. */
@Order(Ordered.HIGHEST_PRECEDENCE)
@RestControllerAdvice(
        assignableTypes = {
            CheckoutController.class,
            PlanCheckoutController.class,
            StripeWebhookController.class,
            ReconciliationController.class,
            ReviewController.class
        })
final class CheckoutProblemAdvice {

    private static final Logger log = LoggerFactory.getLogger(CheckoutProblemAdvice.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final CheckoutSettings settings;

    CheckoutProblemAdvice(CheckoutSettings settings) {
        this.settings = settings;
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> problem(ProblemException e) {
        boolean aboutAmount = e.problem() instanceof CheckoutProblem ours && ours.isAboutAmount();
        return ProblemAnswer.of(e.problem(), aboutAmount ? amounts() : e.details())
                .toResponse();
    }

    private Map<String, Object> amounts() {
        return Map.of(
                "minimumUsd", settings.amountMin(),
                "maximumUsd", settings.amountMax(),
                "suggestedAmountsUsd", settings.amountsSuggested());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> tooLarge(PeriodTooLargeException e) {
        return ProblemAnswer.of(CheckoutProblem.PERIOD_TOO_LARGE).toResponse();
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> stripe(StripeFailure e) {
        log.atWarn().addKeyValue("kind", e.kind().wireName()).log("a request could not be served: {}", e.getMessage());
        return switch (e.kind()) {
            case REFUSED, NOT_FOUND ->
                ProblemAnswer.of(CheckoutProblem.PAYMENT_PROVIDER_REFUSED).toResponse();
            case UNAVAILABLE, GARBLED -> later(CheckoutProblem.PAYMENT_PROVIDER_FAILED, null);
            case RATE_LIMITED, NOT_ASKED, MISCONFIGURED ->
                later(CheckoutProblem.PAYMENT_PROVIDER_UNAVAILABLE, e.retryAfter());
        };
    }

    private static ResponseEntity<ProblemDetail> later(Problem problem, @Nullable Duration asked) {
        ProblemAnswer answer = ProblemAnswer.of(problem);
        long seconds = (asked == null ? RETRY_AFTER : asked).toSeconds();
        answer.headers().set(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, seconds)));
        return answer.toResponse();
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> ledger(LedgerRefusedException e) {
        log.atError().log("a request could not be served: {}", e.getMessage());
        return ProblemAnswer.of(CheckoutProblem.LEDGER_REFUSED).toResponse();
    }
}
