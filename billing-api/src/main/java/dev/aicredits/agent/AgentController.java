package dev.aicredits.agent;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.problem.CommonProblem;
import dev.aicredits.problem.ProblemException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** An organization's agents and what they use. */
@RestController
@RequestMapping("/api/v1/organizations/{organizationId}")
class AgentController {

    /** An agent; {@code status} is {@code active} or {@code stopped}. */
    record AgentAnswer(String id, String name, @Nullable String model, String status) {}

    private static final int DAYS_MAX = 366;

    private final JdbcAgents agents;
    private final AgentUsageReader usage;

    AgentController(JdbcAgents agents, AgentUsageReader usage) {
        this.agents = agents;
        this.usage = usage;
    }

    @Requires(Grant.AGENTS_VIEW)
    @GetMapping("/agents")
    List<AgentAnswer> list(Access access) {
        return agents.all(access.organizationKey()).stream()
                .map(agent -> new AgentAnswer(
                        agent.publicId(), agent.name(), agent.model(), AgentUsageReader.status(agent.stopScope())))
                .toList();
    }

    @Requires(Grant.BILLING_VIEW)
    @GetMapping("/agents/{agentId}/usage")
    AgentUsage usage(Access access, @PathVariable String agentId, @RequestParam(defaultValue = "30") int days) {
        return agents.one(access.organizationKey(), agentId)
                .map(agent -> usage.usage(access.organizationKey(), agent, checked(days)))
                .orElseThrow(() -> new ProblemException(CommonProblem.AGENT_NOT_FOUND));
    }

    @Requires(Grant.BILLING_VIEW)
    @GetMapping("/embed-usage")
    EmbedUsage embedUsage(Access access, @RequestParam(defaultValue = "30") int days) {
        return usage.embedUsage(access.organizationKey(), checked(days));
    }

    /** As many days as may be asked for. */
    static int checked(int days) {
        if (days < 1 || days > DAYS_MAX) {
            throw ProblemException.invalidParameter("days");
        }
        return days;
    }
}
