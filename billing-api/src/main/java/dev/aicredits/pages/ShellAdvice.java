package dev.aicredits.pages;

import dev.aicredits.access.Access;
import dev.aicredits.access.Caller;
import dev.aicredits.access.CallerAuthentication;
import dev.aicredits.access.Grant;
import dev.aicredits.access.SignedIn;
import dev.aicredits.pages.Workspaces.Workspace;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.thymeleaf.context.LazyContextVariable;

/** Gives every page its {@link Shell}, read only if the page shows one: what htmx asks for has no frame. */
@ControllerAdvice(annotations = Page.class)
final class ShellAdvice {

    static final String SHELL = "shell";

    private final Workspaces workspaces;

    ShellAdvice(Workspaces workspaces) {
        this.workspaces = workspaces;
    }

    @ModelAttribute
    void addShell(HttpServletRequest request, Model model) {
        model.addAttribute(SHELL, lazily(request));
    }

    /** For pages that are made where no controller was asked. */
    LazyContextVariable<@Nullable Shell> lazily(HttpServletRequest request) {
        return new LazyContextVariable<>() {
            @Override
            protected @Nullable Shell loadValue() {
                return shell(request);
            }
        };
    }

    private @Nullable Shell shell(HttpServletRequest request) {
        if (request.getAttribute(Access.class.getName()) instanceof Access access) {
            Workspace current = workspaces.current(access);
            boolean operator = access.grants().contains(Grant.OPERATE);
            return shell(request, access.caller(), current, operator, access.grants());
        }
        if (request.getAttribute(SignedIn.class.getName()) instanceof SignedIn signedIn) {
            return shell(request, signedIn.caller(), null, signedIn.operator(), Set.of());
        }
        // What was refused before anything was found out about it: still within the person's own frame.
        return request.getUserPrincipal() instanceof CallerAuthentication signedIn
                ? shell(request, signedIn.getPrincipal(), null, false, Set.of())
                : null;
    }

    private Shell shell(
            HttpServletRequest request,
            Caller caller,
            @Nullable Workspace current,
            boolean operator,
            Set<Grant> grants) {
        return new Shell(
                workspaces.nameOf(caller),
                workspaces.of(caller),
                current,
                operator,
                grants,
                Outcome.takeNotice(request));
    }
}
