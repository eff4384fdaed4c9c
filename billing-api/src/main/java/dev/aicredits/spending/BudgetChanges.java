package dev.aicredits.spending;

import dev.aicredits.access.Access;
import dev.aicredits.audit.AuditRecord;
import dev.aicredits.audit.AuditedChanges;
import dev.aicredits.budget.AgentBudget;
import dev.aicredits.budget.BudgetChange;
import dev.aicredits.budget.BudgetFacts;
import dev.aicredits.budget.JdbcBudgets;
import dev.aicredits.budget.Spender;
import dev.aicredits.messaging.LedgerAnnouncer;
import dev.aicredits.money.Usd;
import dev.aicredits.problem.CommonProblem;
import dev.aicredits.problem.ProblemException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Changes of budgets, each with its audit record; what changes nothing leaves none. */
final class BudgetChanges {

    static final String CURRENCY = "USD";

    private final JdbcBudgets budgets;
    private final AuditedChanges changes;
    private final LedgerAnnouncer announcer;

    BudgetChanges(JdbcBudgets budgets, AuditedChanges changes, LedgerAnnouncer announcer) {
        this.announcer = announcer;
        this.budgets = budgets;
        this.changes = changes;
    }

    /** Changes the agent's policy and answers what it is then. */
    AgentBudget changePolicy(Access access, String agentId, UnaryOperator<AgentBudget> change) {
        AtomicReference<BudgetChange> announced = new AtomicReference<>();
        AgentBudget policy = changes.run(log -> {
            AgentBudget[] steps = new AgentBudget[2];
            BudgetChange changed = budgets.changePolicy(access.organizationId(), agentId, before -> {
                steps[0] = before;
                steps[1] = change.apply(before);
                return steps[1];
            });
            announced.set(changed);
            if (isChanged(changed)) {
                log.add(record(access, "agent_budget_changed", agentId, state(steps[0]), state(steps[1])));
            }
            return steps[1];
        });
        announce(access, announced.get());
        return policy;
    }

    /** Gives the external user a limit of their own; null takes it away. */
    void changeUserBudget(Access access, String agentId, String externalUserId, @Nullable Usd limit) {
        BudgetChange committed = changes.run(log -> {
            Map<String, ?> before = userState(access, agentId, externalUserId);
            BudgetChange changed = limit == null
                    ? budgets.removeUserBudget(access.organizationId(), agentId, externalUserId)
                    : budgets.setUserBudget(access.organizationId(), agentId, externalUserId, limit.nanos());
            if (isChanged(changed)) {
                log.add(record(
                        access,
                        "external_user_budget_changed",
                        agentId + "/" + externalUserId,
                        before,
                        Collections.singletonMap("monthlyBudgetUsd", limit == null ? null : limit.toDecimal())));
            }
            return changed;
        });
        announce(access, committed);
    }

    /** So that whoever may go on does so at once, and whoever may not stops. */
    private void announce(Access access, @Nullable BudgetChange committed) {
        if (committed instanceof BudgetChange.Changed changed) {
            announcer.announceBudgets(access.organizationId(), changed.revision());
        }
    }

    private static boolean isChanged(BudgetChange changed) {
        if (changed instanceof BudgetChange.UnknownAgent) {
            throw new ProblemException(CommonProblem.AGENT_NOT_FOUND);
        }
        return changed instanceof BudgetChange.Changed;
    }

    private static AuditRecord record(
            Access access, String action, String subject, Map<String, ?> before, Map<String, ?> after) {
        return new AuditRecord(
                access.organizationKey(), access.actor(), access.origin(), action, subject, null, before, after);
    }

    private static Map<String, ?> state(AgentBudget policy) {
        PolicyAnswer shown = PolicyAnswer.of(policy);
        Map<String, @Nullable Object> state = new HashMap<>();
        state.put("enabled", shown.enabled());
        state.put("monthlyBudgetUsd", shown.monthlyBudgetUsd());
        state.put("defaultUserBudgetUsd", shown.defaultUserBudgetUsd());
        state.put("anonymousMonthlyBudgetUsd", shown.anonymousMonthlyBudgetUsd());
        state.put("enforcementMode", shown.enforcementMode());
        return state;
    }

    private Map<String, ?> userState(Access access, String agentId, String externalUserId) {
        Long nanos = budgets.facts(access.organizationId(), agentId, externalUserId)
                .map(BudgetFacts::spender)
                .map(spender -> ((Spender.Identified) spender).explicitLimitNanos())
                .orElse(null);
        return Collections.singletonMap(
                "monthlyBudgetUsd", nanos == null ? null : Usd.ofNanos(nanos).toDecimal());
    }
}
