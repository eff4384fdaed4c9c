package dev.aicredits.spending;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.pages.AgentPath;
import dev.aicredits.pages.FormRules;
import dev.aicredits.pages.Outcome;
import dev.aicredits.pages.Page;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.spending.BudgetController.PolicyChange;
import dev.aicredits.spending.BudgetController.UserBudget;
import jakarta.servlet.http.HttpServletRequest;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The forms for budgets on an agent's page. A limit whose field is left empty is none. */
@Page
@RequestMapping("/settings/{organizationId}/agents/{agentId}")
class BudgetPages {

    private final BudgetController budgets;
    private final AgentPath path;

    BudgetPages(BudgetController budgets, AgentPath path) {
        this.budgets = budgets;
        this.path = path;
    }

    @Requires(Grant.BILLING_MANAGE)
    @PostMapping("/budget")
    ResponseEntity<Void> change(
            Access access,
            @PathVariable("agentId") String segment,
            @RequestParam(defaultValue = "false") boolean enabled,
            @RequestParam @Nullable String monthlyBudgetUsd,
            @RequestParam @Nullable String defaultUserBudgetUsd,
            @RequestParam @Nullable String anonymousMonthlyBudgetUsd,
            @RequestParam String enforcementMode,
            HttpServletRequest request) {
        budgets.change(
                access,
                path.read(segment),
                new PolicyChange(
                        enabled,
                        limit("monthlyBudgetUsd", monthlyBudgetUsd),
                        limit("defaultUserBudgetUsd", defaultUserBudgetUsd),
                        limit("anonymousMonthlyBudgetUsd", anonymousMonthlyBudgetUsd),
                        null,
                        enforcementMode));
        return Outcome.done(request, page(access, segment), "The budgets are saved.");
    }

    @Requires(Grant.BILLING_MANAGE)
    @PostMapping("/user-budget")
    ResponseEntity<Void> changeUser(
            Access access,
            @PathVariable("agentId") String segment,
            @RequestParam String externalUserId,
            @RequestParam(required = false) @Nullable String monthlyBudgetUsd,
            HttpServletRequest request) {
        String agentId = path.read(segment);
        if (externalUserId.isBlank()) {
            throw ProblemException.invalidField("externalUserId");
        }
        BigDecimal limit = FormRules.amount("monthlyBudgetUsd", monthlyBudgetUsd);
        if (limit == null) {
            budgets.removeUser(access, agentId, externalUserId);
        } else {
            budgets.setUser(access, agentId, externalUserId, new UserBudget(limit, null));
        }
        String notice = limit == null ? "The user has no limit of their own." : "The user's limit is saved.";
        return Outcome.done(request, page(access, segment), notice);
    }

    private static JsonNode limit(String field, @Nullable String value) {
        BigDecimal amount = FormRules.amount(field, value);
        return amount == null ? JsonNodeFactory.instance.nullNode() : JsonNodeFactory.instance.numberNode(amount);
    }

    private static String page(Access access, String segment) {
        return UriComponentsBuilder.fromPath("/settings/{organization}/agents/{agent}")
                .encode()
                .buildAndExpand(access.organizationId(), segment)
                .toUriString();
    }
}
