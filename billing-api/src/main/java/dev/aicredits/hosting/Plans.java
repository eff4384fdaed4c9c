package dev.aicredits.hosting;

import dev.aicredits.access.Access;
import dev.aicredits.audit.AuditRecord;
import dev.aicredits.audit.AuditedChanges;
import dev.aicredits.problem.ProblemException;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What operators change of an organization's plan. Nothing of what is hosted is deleted or disabled by it. */
final class Plans {

    /** A limit in the plan's place; null for the plan's own again. */
    record LimitOverride(@Nullable Integer limit, @Nullable Instant until) {}

    private final JdbcPlans plans;
    private final AuditedChanges changes;
    private final Clock clock;

    Plans(JdbcPlans plans, AuditedChanges changes, Clock clock) {
        this.plans = plans;
        this.changes = changes;
        this.clock = clock;
    }

    PlanInForce setPlan(Access operator, String planKey, boolean invoiced, String reason) {
        return changes.run(log -> {
            if (!plans.exists(planKey)) {
                throw new ProblemException(HostingProblem.PLAN_NOT_FOUND);
            }
            PlanInForce before = plans.inForce(operator.organizationKey());
            plans.setPlan(operator.organizationKey(), planKey, invoiced, clock.instant());
            PlanInForce after = plans.inForce(operator.organizationKey());
            log.add(record(operator, "plan_changed", reason, before, after));
            return after;
        });
    }

    PlanInForce setOverride(Access operator, LimitOverride override, String reason) {
        return changes.run(log -> {
            PlanInForce before = plans.inForce(operator.organizationKey());
            String kept = override.limit() == null ? null : reason;
            plans.setOverride(operator.organizationKey(), override.limit(), override.until(), kept, clock.instant());
            PlanInForce after = plans.inForce(operator.organizationKey());
            log.add(record(operator, "hosted_server_override_set", reason, before, after));
            return after;
        });
    }

    private static AuditRecord record(
            Access operator, String action, String reason, PlanInForce before, PlanInForce after) {
        return new AuditRecord(
                operator.organizationKey(),
                operator.actor(),
                operator.origin(),
                action,
                operator.organizationId(),
                reason,
                state(before),
                state(after));
    }

    private static Map<String, Object> state(PlanInForce plan) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("planKey", plan.planKey());
        state.put("invoiced", plan.invoiced());
        if (plan.overrideLimit() != null) {
            state.put("overrideLimit", plan.overrideLimit());
        }
        if (plan.overrideUntil() != null) {
            state.put("overrideUntil", plan.overrideUntil().toString());
        }
        return state;
    }
}
