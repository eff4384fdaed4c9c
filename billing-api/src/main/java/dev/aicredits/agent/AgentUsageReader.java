package dev.aicredits.agent;

import dev.aicredits.agent.AgentUsage.Budget;
import dev.aicredits.agent.AgentUsage.ExternalUser;
import dev.aicredits.agent.AgentUsage.Stop;
import dev.aicredits.agent.JdbcAgents.AgentRow;
import dev.aicredits.agent.JdbcAgents.BudgetRow;
import dev.aicredits.agent.JdbcAgents.MonthRow;
import dev.aicredits.agent.JdbcAgents.StopRow;
import dev.aicredits.agent.JdbcAgents.UserRow;
import dev.aicredits.credits.RecentCalls;
import dev.aicredits.money.Usd;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Puts together what an agent uses, from totals. */
final class AgentUsageReader {

    static final int USERS_MAX = 200;
    static final int AGENTS_MAX = 500;
    private static final int RECENT_CALLS = 20;
    private static final long PERCENT = 100;

    private final JdbcAgents agents;
    private final RecentCalls recentCalls;
    private final Clock clock;

    AgentUsageReader(JdbcAgents agents, RecentCalls recentCalls, Clock clock) {
        this.agents = agents;
        this.recentCalls = recentCalls;
        this.clock = clock;
    }

    AgentUsage usage(long organizationKey, AgentRow agent, int days) {
        LocalDate today = today();
        LocalDate month = today.withDayOfMonth(1);
        LocalDate from = today.minusDays(days - 1L);
        MonthRow spent = agents.month(organizationKey, agent.agentKey(), month);
        BudgetRow budget = agents.budget(organizationKey, agent.agentKey()).orElse(null);
        UsageTotals totals = UsageTotals.of(agents.days(organizationKey, agent.agentKey(), from, today), from, today);
        return new AgentUsage(
                agent.publicId(),
                agent.name(),
                agent.model(),
                status(agent.stopScope()),
                "USD",
                start(month),
                start(month.plusMonths(1)),
                usd(spent.spentNanos()),
                spent.entryCount(),
                usd(spent.anonymousNanos()),
                budget == null ? null : budget(budget, spent.spentNanos()),
                agents.users(organizationKey, agent.agentKey(), month, USERS_MAX).stream()
                        .map(user -> user(user, budget))
                        .toList(),
                days,
                totals.totalUsd(),
                totals.spendByDay(),
                totals.spendByModel(),
                recentCalls.of(organizationKey, agent.agentKey(), RECENT_CALLS),
                agents.stop(organizationKey, agent.agentKey())
                        .map(AgentUsageReader::stop)
                        .orElse(null));
    }

    EmbedUsage embedUsage(long organizationKey, int days) {
        LocalDate today = today();
        LocalDate month = today.withDayOfMonth(1);
        LocalDate from = today.minusDays(days - 1L);
        MonthRow spent = agents.monthOfAll(organizationKey, month);
        UsageTotals totals = UsageTotals.of(agents.daysOfAll(organizationKey, from, today), from, today);
        return new EmbedUsage(
                "USD",
                start(month),
                start(month.plusMonths(1)),
                usd(spent.spentNanos()),
                spent.entryCount(),
                usd(spent.anonymousNanos()),
                agents.months(organizationKey, month, AGENTS_MAX).stream()
                        .map(agent -> new EmbedUsage.Agent(
                                agent.publicId(),
                                agent.name(),
                                status(agent.stopScope()),
                                usd(agent.spentNanos()),
                                agent.entryCount()))
                        .toList(),
                days,
                totals.totalUsd(),
                totals.spendByDay(),
                totals.spendByModel());
    }

    static String status(@Nullable String stopScope) {
        return stopScope == null ? "active" : "stopped";
    }

    private static Budget budget(BudgetRow budget, long spentNanos) {
        Long limit = budget.monthlyLimitNanos();
        return new Budget(
                budget.enabled(),
                budget.enforcementMode(),
                usdOrNull(limit),
                limit == null ? null : usd(Math.subtractExact(limit, spentNanos)),
                limit == null ? null : usedPercent(spentNanos, limit),
                usdOrNull(budget.defaultUserLimitNanos()),
                usdOrNull(budget.anonymousLimitNanos()));
    }

    /** Of a limit of nothing, all is used. */
    private static long usedPercent(long spentNanos, long limitNanos) {
        if (limitNanos == 0) {
            return PERCENT;
        }
        return BigDecimal.valueOf(spentNanos)
                .multiply(BigDecimal.valueOf(PERCENT))
                .divideToIntegralValue(BigDecimal.valueOf(limitNanos))
                .longValue();
    }

    private static ExternalUser user(UserRow user, @Nullable BudgetRow budget) {
        Long explicit = user.explicitLimitNanos();
        Long fallback = budget == null ? null : budget.defaultUserLimitNanos();
        Long limit = explicit != null ? explicit : fallback;
        String source = explicit != null ? "explicit" : fallback != null ? "default_user" : "none";
        return new ExternalUser(
                user.publicId(),
                user.displayName(),
                usd(user.spentNanos()),
                user.entryCount(),
                source,
                usdOrNull(limit),
                limit == null ? null : usd(Math.subtractExact(limit, user.spentNanos())),
                user.stopped() ? "stopped" : "active");
    }

    private static Stop stop(StopRow stop) {
        String reason = stop.scope().equals("organization")
                ? "organization_credits_exhausted"
                : stop.scope() + "_budget_exhausted";
        return new Stop(
                stop.scope(),
                reason,
                stop.cause(),
                stop.decidedAt() == null ? null : stop.decidedAt().toInstant());
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static @Nullable BigDecimal usdOrNull(@Nullable Long nanos) {
        return nanos == null ? null : usd(nanos);
    }

    private static BigDecimal usd(long nanos) {
        return Usd.ofNanos(nanos).toDecimal();
    }
}
