package dev.aicredits.spending;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.pages.Page;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Incidents, and the banner of the stops in force. */
@Page
@RequestMapping("/settings/{organizationId}")
class IncidentPages {

    private static final int PAGE_SIZE = 25;

    private final IncidentController incidents;
    private final Stops stops;

    IncidentPages(IncidentController incidents, Stops stops) {
        this.incidents = incidents;
        this.stops = stops;
    }

    @Requires(Grant.BILLING_VIEW)
    @GetMapping("/incidents")
    String incidents(Access access, @RequestParam(required = false) @Nullable String cursor, Model model) {
        model.addAttribute("organizationId", access.organizationId());
        model.addAttribute("incidents", incidents.page(access, null, cursor, PAGE_SIZE));
        model.addAttribute("stops", stops.inForce(access.organizationKey()));
        return "incidents";
    }

    /** What stands still; pages ask for it when the stream says that somebody was stopped or goes on. */
    @Requires(Grant.BILLING_VIEW)
    @GetMapping("/stops")
    String stops(Access access, Model model) {
        model.addAttribute("organizationId", access.organizationId());
        model.addAttribute("stops", stops.inForce(access.organizationKey()));
        model.addAttribute("mayBuy", access.grants().contains(Grant.BILLING_MANAGE));
        return "fragments/stops :: banner";
    }
}
