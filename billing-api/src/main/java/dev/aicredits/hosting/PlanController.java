package dev.aicredits.hosting;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.hosting.JdbcPlans.InvoiceRow;
import dev.aicredits.hosting.JdbcPlans.PlanRow;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Plans of hosting, and what an organization uses of its own. */
@RestController
@RequestMapping("/api/v1/organizations/{organizationId}/mcp-hosting")
public class PlanController {

    /** A plan on offer; without a limit {@code hostedServersLimit} is null. */
    public record PlanAnswer(
            String planKey,
            String planName,
            long monthlyPlatformFeeCents,
            @Nullable Integer hostedServersLimit,
            boolean hostedServersUnlimited,
            long includedToolCalls) {}

    /** What an operator granted in the plan's place; {@code active} until its end. */
    public record OverrideAnswer(
            int hostedServersLimit,
            @Nullable Instant until,
            @Nullable String reason,
            boolean active) {}

    /** The newest invoice. */
    public record InvoiceAnswer(
            String invoiceId,
            String status,
            String currency,
            long amountDueCents,
            long amountPaidCents,
            @Nullable Instant dueOn,
            Instant invoicedOn) {}

    /**
     * What an organization uses.
     *
     * @param hostedServersLimit what counts now, the override's if it has one
     * @param billing {@code self_service}, which is shown {@code plans}, or by invoice, and then its newest is shown
     */
    public record UsageAnswer(
            String planKey,
            String planName,
            String planTier,
            int hostedServersUsed,
            @Nullable Integer hostedServersLimit,
            boolean hostedServersUnlimited,
            @Nullable OverrideAnswer override,
            long includedToolCalls,
            long toolCallsThisMonth,
            String billing,
            @Nullable List<PlanAnswer> plans,
            @Nullable InvoiceAnswer invoice) {}

    private final JdbcPlans plans;
    private final JdbcServers servers;
    private final Clock clock;

    PlanController(JdbcPlans plans, JdbcServers servers, Clock clock) {
        this.plans = plans;
        this.servers = servers;
        this.clock = clock;
    }

    /** The plan, and what is used of it. */
    @Requires(Grant.BILLING_VIEW)
    @GetMapping("/usage")
    public UsageAnswer usage(Access access) {
        Instant now = clock.instant();
        PlanInForce plan = plans.inForce(access.organizationKey());
        Integer limit = plan.limit(now);
        LocalDate month = LocalDate.ofInstant(now, ZoneOffset.UTC).withDayOfMonth(1);
        return new UsageAnswer(
                plan.planKey(),
                plan.planName(),
                plan.planTier(),
                servers.usage(access.organizationKey()),
                limit,
                limit == null,
                plan.overrideLimit() == null
                        ? null
                        : new OverrideAnswer(
                                plan.overrideLimit(),
                                plan.overrideUntil(),
                                plan.overrideReason(),
                                plan.isOverridden(now)),
                plan.includedToolCalls(),
                plans.toolCalls(access.organizationKey(), month),
                plan.invoiced() ? "invoiced" : "self_service",
                plan.invoiced() ? null : onOffer(),
                plan.invoiced()
                        ? plans.lastInvoice(access.organizationKey())
                                .map(PlanController::invoice)
                                .orElse(null)
                        : null);
    }

    /** An organization that is invoiced has agreed on its plan and is offered none. */
    @Requires(Grant.BILLING_VIEW)
    @GetMapping("/billing/plans")
    List<PlanAnswer> plans(Access access) {
        return plans.inForce(access.organizationKey()).invoiced() ? List.of() : onOffer();
    }

    /** Every plan, for operators: also those that are agreed in person. */
    public List<PlanAnswer> all() {
        return answers(plans.all());
    }

    private List<PlanAnswer> onOffer() {
        return answers(plans.onOffer());
    }

    private static List<PlanAnswer> answers(List<PlanRow> rows) {
        return rows.stream()
                .map(plan -> new PlanAnswer(
                        plan.planKey(),
                        plan.planName(),
                        plan.monthlyPlatformFeeCents(),
                        plan.hostedServersLimit(),
                        plan.hostedServersLimit() == null,
                        plan.includedToolCalls()))
                .toList();
    }

    private static InvoiceAnswer invoice(InvoiceRow invoice) {
        return new InvoiceAnswer(
                invoice.invoiceId(),
                invoice.status(),
                invoice.currency(),
                invoice.amountDueCents(),
                invoice.amountPaidCents(),
                invoice.dueAt() == null ? null : invoice.dueAt().toInstant(),
                invoice.invoicedAt().toInstant());
    }
}
