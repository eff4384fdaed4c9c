package dev.aicredits.agent;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.agent.JdbcAgents.AgentRow;
import dev.aicredits.agent.JdbcAgents.DayRow;
import dev.aicredits.credits.SummaryReader;
import dev.aicredits.pages.AgentPath;
import dev.aicredits.pages.Page;
import dev.aicredits.problem.CommonProblem;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.spending.IncidentController;
import dev.aicredits.spending.Stops;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import tools.jackson.databind.json.JsonMapper;

/** Agents: what each spends, on what, for whom, and what is left of its budgets. */
@Page
@RequestMapping("/settings/{organizationId}/agents")
class AgentPages {

    private static final int INCIDENTS_SHOWN = 10;
    private static final String DAYS = "30";

    private final JdbcAgents agents;
    private final AgentController routes;
    private final SummaryReader summaries;
    private final IncidentController incidents;
    private final Stops stops;
    private final AgentPath path;
    private final JsonMapper json;
    private final Clock clock;

    AgentPages(
            JdbcAgents agents,
            AgentController routes,
            SummaryReader summaries,
            IncidentController incidents,
            Stops stops,
            AgentPath path,
            JsonMapper json,
            Clock clock) {
        this.agents = agents;
        this.routes = routes;
        this.summaries = summaries;
        this.incidents = incidents;
        this.stops = stops;
        this.path = path;
        this.json = json;
        this.clock = clock;
    }

    @Requires(Grant.AGENTS_VIEW)
    @GetMapping
    String list(Access access, @RequestParam(defaultValue = DAYS) int days, Model model) {
        model.addAttribute("organizationId", access.organizationId());
        model.addAttribute("agents", routes.list(access));
        if (access.grants().contains(Grant.BILLING_VIEW)) {
            model.addAttribute("usage", routes.embedUsage(access, days));
            addChart(agents.daysOfAll(access.organizationKey(), first(days), today()), days, model);
            model.addAttribute("stops", stops.inForce(access.organizationKey()));
        }
        return "agents";
    }

    @Requires(Grant.AGENTS_VIEW)
    @GetMapping("/{agentId}")
    String one(
            Access access,
            @PathVariable("agentId") String segment,
            @RequestParam(defaultValue = DAYS) int days,
            Model model) {
        String agentId = path.read(segment);
        AgentRow agent = agents.one(access.organizationKey(), agentId)
                .orElseThrow(() -> new ProblemException(CommonProblem.AGENT_NOT_FOUND));
        model.addAttribute("organizationId", access.organizationId());
        model.addAttribute("agent", agent);
        if (access.grants().contains(Grant.BILLING_VIEW)) {
            model.addAttribute("usage", routes.usage(access, agentId, days));
            addChart(agents.days(access.organizationKey(), agent.agentKey(), first(days), today()), days, model);
            model.addAttribute("credits", summaries.balanceUsd(access.organizationKey()));
            model.addAttribute("incidents", incidents.page(access, agentId, null, INCIDENTS_SHOWN));
            model.addAttribute("stops", stops.inForce(access.organizationKey()));
        }
        return "agent";
    }

    private void addChart(List<DayRow> rows, int days, Model model) {
        SpendChart chart = SpendChart.of(rows, first(days), today());
        model.addAttribute("days", days);
        model.addAttribute("chart", chart);
        model.addAttribute("chartJson", json.writeValueAsString(chart));
    }

    private LocalDate first(int days) {
        return today().minusDays(AgentController.checked(days) - 1L);
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }
}
