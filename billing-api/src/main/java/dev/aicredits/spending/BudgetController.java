package dev.aicredits.spending;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.budget.AgentBudget;
import dev.aicredits.budget.BudgetDecision;
import dev.aicredits.budget.EnforcementMode;
import dev.aicredits.budget.JdbcBudgets;
import dev.aicredits.problem.CommonProblem;
import dev.aicredits.problem.ProblemException;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Monthly budgets of agents and their external users, and what is left of them. */
@RestController
class BudgetController {

    private static final String AGENT_BUDGET = "/api/v1/organizations/{organizationId}/agents/{agentId}/budget";
    private static final String USER_BUDGET =
            "/api/v1/organizations/{organizationId}/agents/{agentId}/external-users/{externalUserId}/budget";

    /** A change of a policy: what is absent stays, a limit that is null is taken away. */
    record PolicyChange(
            @Nullable Boolean enabled,

            @Schema(implementation = BigDecimal.class) @Nullable JsonNode monthlyBudgetUsd,

            @Schema(implementation = BigDecimal.class) @Nullable JsonNode defaultUserBudgetUsd,

            @Schema(implementation = BigDecimal.class) @Nullable JsonNode anonymousMonthlyBudgetUsd,

            @Nullable String currency,
            @Nullable String enforcementMode) {

        AgentBudget applied(AgentBudget before) {
            return new AgentBudget(
                    enabled == null ? before.enabled() : enabled,
                    Amounts.limitNanos("monthlyBudgetUsd", monthlyBudgetUsd, before.monthlyLimitNanos()),
                    Amounts.limitNanos("defaultUserBudgetUsd", defaultUserBudgetUsd, before.defaultUserLimitNanos()),
                    Amounts.limitNanos(
                            "anonymousMonthlyBudgetUsd", anonymousMonthlyBudgetUsd, before.anonymousLimitNanos()),
                    enforcementMode == null ? before.mode() : mode(enforcementMode));
        }
    }

    /** An external user's own limit. */
    record UserBudget(
            @Nullable BigDecimal monthlyBudgetUsd, @Nullable String currency) {}

    private final JdbcBudgets budgets;
    private final BudgetChanges changes;

    BudgetController(JdbcBudgets budgets, BudgetChanges changes) {
        this.budgets = budgets;
        this.changes = changes;
    }

    @Requires(Grant.BILLING_VIEW)
    @GetMapping("/api/v1/agents/{agentId}/budget")
    SnapshotAnswer ofRunningAgent(
            Access access,
            @PathVariable String agentId,
            @RequestParam(required = false) @Nullable String externalUserId) {
        return snapshot(access, agentId, externalUserId == null ? null : Ids.externalUser(externalUserId));
    }

    @Requires(Grant.BILLING_MANAGE)
    @PatchMapping(AGENT_BUDGET)
    PolicyAnswer change(Access access, @PathVariable String agentId, @RequestBody PolicyChange change) {
        requireUsd(change.currency());
        return PolicyAnswer.of(changes.changePolicy(access, Ids.agent(agentId), change::applied));
    }

    @Requires(Grant.BILLING_VIEW)
    @GetMapping(USER_BUDGET)
    SnapshotAnswer ofUser(Access access, @PathVariable String agentId, @PathVariable String externalUserId) {
        return snapshot(access, agentId, Ids.externalUser(externalUserId));
    }

    @Requires(Grant.BILLING_MANAGE)
    @PutMapping(USER_BUDGET)
    SnapshotAnswer setUser(
            Access access,
            @PathVariable String agentId,
            @PathVariable String externalUserId,
            @RequestBody UserBudget budget) {
        requireUsd(budget.currency());
        String user = Ids.externalUser(externalUserId);
        changes.changeUserBudget(
                access, Ids.agent(agentId), user, Amounts.limit("monthlyBudgetUsd", budget.monthlyBudgetUsd()));
        return snapshot(access, agentId, user);
    }

    @Requires(Grant.BILLING_MANAGE)
    @DeleteMapping(USER_BUDGET)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void removeUser(Access access, @PathVariable String agentId, @PathVariable String externalUserId) {
        changes.changeUserBudget(access, Ids.agent(agentId), Ids.externalUser(externalUserId), null);
    }

    private SnapshotAnswer snapshot(Access access, String agentId, @Nullable String externalUserId) {
        return budgets.facts(access.organizationId(), Ids.agent(agentId), externalUserId)
                .map(facts -> SnapshotAnswer.of(BudgetDecision.of(facts).snapshot()))
                .orElseThrow(() -> new ProblemException(CommonProblem.AGENT_NOT_FOUND));
    }

    private static EnforcementMode mode(String wireName) {
        for (EnforcementMode mode : EnforcementMode.values()) {
            if (mode.wireName().equals(wireName)) {
                return mode;
            }
        }
        throw new ProblemException(SpendingProblem.ENFORCEMENT_MODE_UNKNOWN);
    }

    private static void requireUsd(@Nullable String currency) {
        if (currency != null && !currency.equals(BudgetChanges.CURRENCY)) {
            throw new ProblemException(SpendingProblem.CURRENCY_UNSUPPORTED);
        }
    }
}
