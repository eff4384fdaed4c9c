package dev.aicredits.access;

import dev.aicredits.problem.CommonProblem;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.problem.TextRules;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Checks, before a controller's method runs, the grant that it requires. In this order: who is not known gets 401, whom the
 * organization does not know 404 as if it did not exist, who lacks the grant 403.
 */
final class AccessInterceptor implements HandlerInterceptor {

    static final String ORGANIZATION = "organizationId";
    static final String AGENT = "agentId";

    private final JdbcCallers callers;
    private final RateLimits limits;

    AccessInterceptor(JdbcCallers callers, RateLimits limits) {
        this.callers = callers;
        this.limits = limits;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        // An answer that goes on in another thread was let in when it began.
        if (request.getDispatcherType() == DispatcherType.ASYNC || !(handler instanceof HandlerMethod method)) {
            return true;
        }
        if (!Routes.isOurs(method.getBeanType())) {
            return true;
        }
        Grant grant = Routes.grant(method);
        if (grant == Grant.PUBLIC) {
            return true;
        }
        Caller caller = caller();
        limits.take(caller, response);
        if (grant.isOfOrganization() || variable(request, ORGANIZATION) != null) {
            Access access = access(request, caller);
            // Before the grant is checked: a page that refuses still says whose it is, and to whom.
            request.setAttribute(Access.class.getName(), access);
            if (!access.grants().contains(grant)) {
                throw new ProblemException(CommonProblem.FORBIDDEN);
            }
        } else {
            request.setAttribute(SignedIn.class.getName(), signedIn(request, caller, grant));
        }
        return true;
    }

    private static Caller caller() {
        if (SecurityContextHolder.getContext().getAuthentication() instanceof CallerAuthentication known) {
            return known.getPrincipal();
        }
        throw new ProblemException(CommonProblem.UNAUTHENTICATED);
    }

    private SignedIn signedIn(HttpServletRequest request, Caller caller, Grant grant) {
        boolean operator = callers.isOperator(caller);
        if (grant == Grant.OPERATE && !operator) {
            throw new ProblemException(CommonProblem.FORBIDDEN);
        }
        return new SignedIn(caller, operator, origin(request));
    }

    private Access access(HttpServletRequest request, Caller caller) {
        Standing standing = standing(request, caller);
        return new Access(
                caller,
                standing.organizationKey(),
                standing.organizationId(),
                standing.role(),
                standing.grants(),
                origin(request));
    }

    private Standing standing(HttpServletRequest request, Caller caller) {
        String organizationId = variable(request, ORGANIZATION);
        if (organizationId != null) {
            return callers.standing(caller, organizationId)
                    .orElseThrow(() -> new ProblemException(CommonProblem.ORGANIZATION_NOT_FOUND));
        }
        String agentId = variable(request, AGENT);
        if (agentId == null) {
            throw new IllegalStateException("a route whose organization is not in its path");
        }
        return callers.organizationOfAgent(agentId)
                .flatMap(organization -> callers.standing(caller, organization))
                .orElseThrow(() -> new ProblemException(CommonProblem.AGENT_NOT_FOUND));
    }

    /** A path variable, which Spring has found by now; text that the database can't hold names nothing. */
    private static @Nullable String variable(HttpServletRequest request, String name) {
        Object variables = request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
        Object value = variables instanceof Map<?, ?> map ? map.get(name) : null;
        return value instanceof String text ? TextRules.storable(text) : null;
    }

    private static String origin(HttpServletRequest request) {
        return request.getRemoteAddr();
    }
}
