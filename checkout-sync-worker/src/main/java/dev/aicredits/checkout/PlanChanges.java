package dev.aicredits.checkout;

import dev.aicredits.audit.AuditRecord;
import dev.aicredits.audit.AuditedChanges;
import dev.aicredits.audit.JdbcAuditLog;
import dev.aicredits.checkout.JdbcPlanOrders.InForce;
import dev.aicredits.checkout.PlanVerdict.Reason;
import dev.aicredits.stripe.StripeSubscription;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Moves an organization's plan with an order of it: one transaction, under the organization's lock, with its audit record. */
class PlanChanges {

    /** Who moves it, as the audit log calls them, and why. */
    record Cause(String actor, String reason) {}

    /** What runs in the transaction, with the organization's plan and the order locked. */
    interface Step<T> {
        T run(JdbcAuditLog log, InForce now, PlanOrder order);
    }

    private final JdbcPlanOrders orders;
    private final AuditedChanges changes;

    PlanChanges(JdbcPlanOrders orders, AuditedChanges changes) {
        this.orders = orders;
        this.changes = changes;
    }

    <T> T locked(PlanOrder order, Step<T> step) {
        return changes.run(auditLog -> {
            InForce now = orders.lockInForce(order.organizationKey());
            return step.run(auditLog, now, orders.lock(order));
        });
    }

    /** What keeps the order's plan from being put in force, however well it is paid; null if nothing does. */
    @Nullable Reason against(InForce now, PlanOrder order) {
        if (now.invoiced()) {
            return Reason.ORGANIZATION_INVOICED;
        }
        return orders.hasOtherActive(order.organizationId(), order.orderId()) ? Reason.SUBSCRIBED_TWICE : null;
    }

    /** Puts the plan in force, unless it is. */
    void put(
            JdbcAuditLog auditLog,
            InForce now,
            PlanOrder order,
            String planKey,
            StripeSubscription subscription,
            Cause cause) {
        if (now.planKey().equals(planKey)) {
            return;
        }
        orders.putInForce(order.organizationKey(), planKey);
        auditLog.add(new AuditRecord(
                order.organizationKey(),
                cause.actor(),
                null,
                "plan_changed",
                order.organizationId(),
                cause.reason(),
                Map.of("planKey", now.planKey()),
                Map.of("planKey", planKey, "subscriptionId", subscription.id())));
    }
}
