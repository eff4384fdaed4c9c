package dev.aicredits.pages;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.access.SignedIn;
import dev.aicredits.pages.Workspaces.Workspace;
import dev.aicredits.problem.CommonProblem;
import dev.aicredits.problem.ProblemException;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;

/** Where a person lands: at the page of their organization that their role is for. */
@Page
class HomePages {

    private final Workspaces workspaces;

    HomePages(Workspaces workspaces) {
        this.workspaces = workspaces;
    }

    @Requires(Grant.SIGNED_IN)
    @GetMapping({"/", "/settings"})
    String home(SignedIn signedIn) {
        List<Workspace> own = workspaces.of(signedIn.caller());
        if (!own.isEmpty()) {
            return "redirect:/settings/" + own.get(0).id();
        }
        return signedIn.operator() ? "redirect:/operator" : "no-workspace";
    }

    /** What no other page is at, to be told in a page. */
    @Requires(Grant.SIGNED_IN)
    @RequestMapping(
            path = {"/settings/**", "/operator/**"},
            method = {RequestMethod.GET, RequestMethod.POST})
    String nothing() {
        throw new ProblemException(CommonProblem.NOT_FOUND);
    }

    @Requires(Grant.ORGANIZATION_VIEW)
    @GetMapping("/settings/{organizationId}")
    String workspace(Access access) {
        String page = access.grants().contains(Grant.BILLING_VIEW) ? "billing" : "agents";
        return "redirect:/settings/" + access.organizationId() + "/" + page;
    }
}
