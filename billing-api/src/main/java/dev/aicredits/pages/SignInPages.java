package dev.aicredits.pages;

import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.problem.CommonProblem;
import dev.aicredits.problem.ProblemException;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;

/** Where people sign in: with the identity provider, or in the demo by choosing who to be. */
@Page
class SignInPages {

    static final String SIGN_IN = "/sign-in";

    /** Where a form is led that has no token of the session. */
    static final String STALE = SIGN_IN + "/stale";

    /** The attribute of a request that could not be sent on, since the identity provider is away. */
    static final String AWAY = "dev.aicredits.pages.away";

    private static final Logger log = LoggerFactory.getLogger(SignInPages.class);

    private final PagesSettings settings;
    private final JdbcDemoMembers demoMembers;
    private final BrowserSessions sessions;

    SignInPages(PagesSettings settings, JdbcDemoMembers demoMembers, BrowserSessions sessions) {
        this.settings = settings;
        this.demoMembers = demoMembers;
        this.sessions = sessions;
    }

    @Requires(Grant.PUBLIC)
    @GetMapping(SIGN_IN)
    String signIn(@RequestParam(required = false) @Nullable String failed, HttpServletRequest request, Model model) {
        model.addAttribute("failed", failed != null);
        model.addAttribute("away", request.getAttribute(AWAY) != null);
        model.addAttribute("provider", !settings.oidcClientId().isEmpty());
        model.addAttribute("people", isDemo(request) ? demoMembers.all() : List.of());
        return "sign-in";
    }

    @Requires(Grant.PUBLIC)
    @PostMapping(SIGN_IN + "/demo")
    ResponseEntity<Void> choose(
            @RequestParam String principalId, HttpServletRequest request, HttpServletResponse response) {
        boolean known = isDemo(request)
                && demoMembers.all().stream()
                        .anyMatch(person -> person.principalId().equals(principalId));
        if (!known) {
            throw new ProblemException(CommonProblem.NOT_FOUND);
        }
        log.atInfo().addKeyValue("principal", principalId).log("signed in to the demo");
        return Outcome.go(request, sessions.begin(principalId, request, response));
    }

    /** Only for what is led here; there is no such page. */
    @Requires(Grant.PUBLIC)
    @RequestMapping(
            path = STALE,
            method = {RequestMethod.GET, RequestMethod.POST})
    String stale(HttpServletRequest request) {
        boolean led = request.getDispatcherType() == DispatcherType.FORWARD;
        throw new ProblemException(led ? PageProblem.FORM_STALE : CommonProblem.NOT_FOUND);
    }

    /** Whoever comes from another machine is given no choice, whatever the setting says. */
    private boolean isDemo(HttpServletRequest request) {
        try {
            return settings.demoSignIn()
                    && InetAddress.getByName(request.getRemoteAddr()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
