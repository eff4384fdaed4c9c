package dev.aicredits.hosting;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.hosting.ServerController.NewServer;
import dev.aicredits.hosting.ServerController.ServerChange;
import dev.aicredits.pages.FormRules;
import dev.aicredits.pages.Outcome;
import dev.aicredits.pages.Page;
import dev.aicredits.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** Hosted servers, and the places that the plan has for them. */
@Page
@RequestMapping("/settings/{organizationId}/servers")
class ServerPages {

    private final ServerController servers;
    private final PlanController plans;
    private final FormRules rules;

    ServerPages(ServerController servers, PlanController plans, FormRules rules) {
        this.servers = servers;
        this.plans = plans;
        this.rules = rules;
    }

    @Requires(Grant.AGENTS_VIEW)
    @GetMapping
    String list(Access access, Model model) {
        model.addAttribute("organizationId", access.organizationId());
        model.addAttribute("servers", servers.list(access));
        model.addAttribute("plan", plans.usage(access));
        return "servers";
    }

    /** Without a place for it, the ways to one are named beside the form. */
    @Requires(Grant.AGENTS_MANAGE)
    @PostMapping
    Object create(
            Access access,
            @RequestParam String name,
            @RequestParam @Nullable String slug,
            @RequestParam @Nullable String description,
            HttpServletRequest request) {
        NewServer body =
                rules.checked(new NewServer(name, FormRules.text(slug), null, FormRules.text(description), null));
        try {
            servers.create(access, body);
        } catch (ProblemException e) {
            return waysOut(access, e, request);
        }
        return Outcome.done(request, page(access), "The server is hosted.");
    }

    @Requires(Grant.AGENTS_MANAGE)
    @PostMapping("/{serverId}/status")
    Object change(
            Access access, @PathVariable String serverId, @RequestParam String status, HttpServletRequest request) {
        try {
            servers.change(access, serverId, new ServerChange(null, null, status));
        } catch (ProblemException e) {
            return waysOut(access, e, request);
        }
        return Outcome.done(
                request,
                page(access),
                status.equals("disabled") ? "The server is disabled." : "The server is enabled.");
    }

    @Requires(Grant.AGENTS_MANAGE)
    @PostMapping("/{serverId}/deletion")
    ResponseEntity<Void> delete(Access access, @PathVariable String serverId, HttpServletRequest request) {
        servers.delete(access, serverId);
        return Outcome.done(request, page(access), "The server is deleted.");
    }

    private ModelAndView waysOut(Access access, ProblemException refused, HttpServletRequest request) {
        if (refused.problem() != HostingProblem.HOSTED_SERVER_CAP_REACHED) {
            throw refused;
        }
        boolean beside = Outcome.isHtmx(request);
        ModelAndView ways = new ModelAndView(beside ? "fragments/server-cap :: ways" : "server-cap");
        // What a form is told is an answer as any other; a browser by itself gets the status.
        ways.setStatus(beside ? HttpStatus.OK : refused.problem().status());
        ways.addObject("organizationId", access.organizationId());
        ways.addObject("plan", plans.usage(access));
        return ways;
    }

    private static String page(Access access) {
        return "/settings/" + access.organizationId() + "/servers";
    }
}
