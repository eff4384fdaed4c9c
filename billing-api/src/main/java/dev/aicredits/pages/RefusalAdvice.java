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

    private final ShellAdvice shells;

    RefusalAdvice(ShellAdvice shells) {
        this.shells = shells;
    }

    @ExceptionHandler
    ModelAndView refusal(Exception e, HandlerMethod handler, HttpServletRequest request, HttpServletResponse response) {
        ProblemAnswer answer = ProblemClassifier.classify(e);
        Refusal refusal = Refusal.of(answer, grant(handler));
        boolean beside = Outcome.isHtmx(request) && !request.getMethod().equals("GET");
        // What a form is told is an answer as any other: browsers write every 4xx of a script's request to their
        // console.
        response.setStatus(beside && isAboutForm(refusal) ? HttpStatus.OK.value() : refusal.status());
        return new ModelAndView(
                beside ? "fragments/refusal :: beside" : "refusal",
                Map.of("refusal", refusal, ShellAdvice.SHELL, shells.lazily(request)));
    }

    private static boolean isAboutForm(Refusal refusal) {
        return refusal.status() != HttpStatus.FORBIDDEN.value();
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
