package dev.aicredits.pages;

import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.problem.ProblemAnswer;
import dev.aicredits.problem.ProblemClassifier;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.ModelAndView;

/** Explains what a page refuses: beside the form that asked, or as a page of its own. */
@ControllerAdvice(annotations = Page.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
final class RefusalAdvice {

    /** Has the part of a page that is refused told beside its form, and not in the place of what the form asked for. */
    private static final String REFUSED = "Refused";

    private final ShellAdvice shells;

    RefusalAdvice(ShellAdvice shells) {
        this.shells = shells;
    }

    @ExceptionHandler
    ModelAndView refusal(Exception e, HandlerMethod handler, HttpServletRequest request, HttpServletResponse response) {
        ProblemAnswer answer = ProblemClassifier.classify(e);
        Refusal refusal = Refusal.of(answer, grant(handler));
        boolean beside = Outcome.isHtmx(request);
        // What a form is told is an answer as any other: browsers write every 4xx of a script's request to their
        // console.
        response.setStatus(beside && isAboutForm(refusal, request) ? HttpStatus.OK.value() : refusal.status());
        if (beside) {
            response.setHeader(REFUSED, refusal.code());
        }
        return new ModelAndView(
                beside ? "fragments/refusal :: beside" : "refusal",
                Map.of("refusal", refusal, ShellAdvice.SHELL, shells.lazily(request)));
    }

    /** A page that brings itself up to date keeps what it has when that fails for the moment. */
    private static boolean isAboutForm(Refusal refusal, HttpServletRequest request) {
        boolean passing =
                request.getMethod().equals("GET") && refusal.status() >= HttpStatus.INTERNAL_SERVER_ERROR.value();
        return refusal.status() != HttpStatus.FORBIDDEN.value() && !passing;
    }

    /** Nobody is there to be answered. */
    @ExceptionHandler
    @Nullable Void gone(AsyncRequestNotUsableException e) {
        return null;
    }

    private static @Nullable Grant grant(HandlerMethod handler) {
        Requires requires = handler.getMethodAnnotation(Requires.class);
        return requires == null ? null : requires.value();
    }
}
