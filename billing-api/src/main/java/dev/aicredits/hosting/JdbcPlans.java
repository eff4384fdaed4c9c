package dev.aicredits.hosting;

import static dev.aicredits.ledger.JdbcTimes.utc;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Plans, and which one an organization has. Changes join the caller's transaction. */
final class JdbcPlans {

    /** A plan on offer. */
    record PlanRow(
            String planKey,
            String planName,
            long monthlyPlatformFeeCents,
            @Nullable Integer hostedServersLimit,
            long includedToolCalls) {}

    /** The newest invoice of an organization that is invoiced. */
    record InvoiceRow(
            String invoiceId,
            String status,
            String currency,
            long amountDueCents,
            long amountPaidCents,
            @Nullable OffsetDateTime dueAt,
            OffsetDateTime invoicedAt) {}

    private record Row(
            String planKey,
            String planTier,
            String planName,
            long monthlyPlatformFeeCents,
            @Nullable Integer planLimit,
            long includedToolCalls,
            boolean invoiced,
            @Nullable Integer overrideLimit,
            @Nullable OffsetDateTime overrideUntil,
            @Nullable String overrideReason) {

        PlanInForce toPlan() {
            return new PlanInForce(
                    planKey,
                    planTier,
                    planName,
                    monthlyPlatformFeeCents,
                    planLimit,
                    includedToolCalls,
                    invoiced,
                    overrideLimit,
                    overrideUntil == null ? null : overrideUntil.toInstant(),
                    overrideReason);
        }
    }

    static final String FREE = "mcp_hosting_free";

    private static final String PLANS = """
            SELECT plan_key, plan_name, monthly_platform_fee_cents, hosted_servers_limit, included_tool_calls
              FROM hosting_plan
            """;

    private final JdbcClient jdbc;

    JdbcPlans(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    List<PlanRow> onOffer() {
        return jdbc.sql(PLANS + " WHERE on_offer ORDER BY place")
                .query(PlanRow.class)
                .list();
    }

    List<PlanRow> all() {
        return jdbc.sql(PLANS + " ORDER BY place").query(PlanRow.class).list();
    }

    boolean exists(String planKey) {
        return jdbc.sql("SELECT EXISTS (SELECT FROM hosting_plan WHERE plan_key = :plan)")
                .param("plan", planKey)
                .query(Boolean.class)
                .single();
    }

    PlanInForce inForce(long organizationKey) {
        return jdbc.sql("""
                        SELECT p.plan_key, p.plan_tier, p.plan_name, p.monthly_platform_fee_cents,
                               p.hosted_servers_limit AS plan_limit, p.included_tool_calls,
                               coalesce(o.invoiced, false) AS invoiced, o.override_limit, o.override_until,
                               o.override_reason
                          FROM (SELECT :organization::bigint AS organization_id) asked
                          LEFT JOIN organization_plan o USING (organization_id)
                          JOIN hosting_plan p ON p.plan_key = coalesce(o.plan_key, :free)
                        """)
                .param("organization", organizationKey)
                .param("free", FREE)
                .query(Row.class)
                .single()
                .toPlan();
    }

    void setPlan(long organizationKey, String planKey, boolean invoiced, Instant now) {
        jdbc.sql("""
                INSERT INTO organization_plan (organization_id, plan_key, invoiced, updated_at)
                VALUES (:organization, :plan, :invoiced, :now)
                ON CONFLICT (organization_id) DO UPDATE
                   SET plan_key = EXCLUDED.plan_key, invoiced = EXCLUDED.invoiced, updated_at = EXCLUDED.updated_at
                """)
                .param("organization", organizationKey)
                .param("plan", planKey)
                .param("invoiced", invoiced)
                .param("now", utc(now))
                .update();
    }

    /** Sets what counts in the plan's place; with null for a limit, the plan's counts again. */
    void setOverride(
            long organizationKey,
            @Nullable Integer limit,
            @Nullable Instant until,
            @Nullable String reason,
            Instant now) {
        jdbc.sql("""
                INSERT INTO organization_plan (organization_id, plan_key, override_limit, override_until,
                    override_reason, updated_at)
                VALUES (:organization, :free, :limit, :until, :reason, :now)
                ON CONFLICT (organization_id) DO UPDATE
                   SET override_limit = EXCLUDED.override_limit, override_until = EXCLUDED.override_until,
                       override_reason = EXCLUDED.override_reason, updated_at = EXCLUDED.updated_at
                """)
                .param("organization", organizationKey)
                .param("free", FREE)
                .param("limit", limit)
                .param("until", until == null ? null : utc(until))
                .param("reason", reason)
                .param("now", utc(now))
                .update();
    }

    Optional<InvoiceRow> lastInvoice(long organizationKey) {
        return jdbc.sql("""
                        SELECT invoice_id, status, currency, amount_due_cents, amount_paid_cents, due_at, invoiced_at
                          FROM invoice_status
                         WHERE organization_id = :organization ORDER BY invoiced_at DESC, invoice_id LIMIT 1
                        """)
                .param("organization", organizationKey)
                .query(InvoiceRow.class)
                .optional();
    }

    /** How many calls of tools the month has; what a hold captured is none, nor what has a unit of its own. */
    long toolCalls(long organizationKey, LocalDate month) {
        return jdbc.sql("""
                        SELECT coalesce(sum(s.quantity), 0)
                          FROM agent_daily_spend_part s JOIN product p USING (product_id)
                         WHERE s.organization_id = :organization AND s.day >= :month AND s.day < :next
                           AND p.usage_kind = 'tool_call' AND p.unit = 'call'
                        """)
                .param("organization", organizationKey)
                .param("month", month)
                .param("next", month.plusMonths(1))
                .query(Long.class)
                .single();
    }
}
