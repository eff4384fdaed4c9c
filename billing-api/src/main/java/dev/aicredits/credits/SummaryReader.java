package dev.aicredits.credits;

import dev.aicredits.credits.CreditsSummary.Purchase;
import dev.aicredits.credits.JdbcSummary.Moved;
import dev.aicredits.credits.JdbcSummary.Spent;
import dev.aicredits.credits.JdbcSummary.Standing;
import dev.aicredits.money.Usd;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Puts a summary together. */
public final class SummaryReader {

    /** Whole days before today, so that it does not swing with the hour. */
    private static final int RUNWAY_BASE_DAYS = 7;

    private final JdbcSummary totals;
    private final CreditsSettings settings;
    private final Clock clock;

    SummaryReader(JdbcSummary totals, CreditsSettings settings, Clock clock) {
        this.totals = totals;
        this.settings = settings;
        this.clock = clock;
    }

    Standing standing(long organizationKey) {
        return totals.standing(organizationKey);
    }

    /** What is left. */
    public BigDecimal balanceUsd(long organizationKey) {
        return usd(totals.standing(organizationKey).balanceNanos());
    }

    LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    CreditsSummary summary(long organizationKey, Standing standing) {
        LocalDate today = today();
        Moved moved = totals.moved(organizationKey);
        Spent spent = totals.spent(organizationKey, today.withDayOfMonth(1));
        long recent = totals.spentOnDays(organizationKey, today.minusDays(RUNWAY_BASE_DAYS), today);
        Purchase last = totals.lastPurchase(organizationKey)
                .map(purchase -> new Purchase(
                        Long.toString(purchase.entrySeq()),
                        usd(purchase.amountNanos()),
                        purchase.bookedAt().toInstant()))
                .orElse(null);
        return new CreditsSummary(
                usd(standing.balanceNanos()),
                usd(moved.toppedUp()),
                usd(spent.total()),
                usd(Math.negateExact(moved.refunded())),
                usd(Math.negateExact(moved.disputed())),
                usd(moved.adjusted()),
                usd(spent.month()),
                settings.topUpOptions(),
                status(standing.balanceNanos()),
                last,
                runwayDays(standing.balanceNanos(), recent),
                "USD",
                standing.entrySeq(),
                standing.updatedAt().toInstant());
    }

    private String status(long balanceNanos) {
        if (balanceNanos <= 0) {
            return "exhausted";
        }
        return balanceNanos < Usd.of(settings.lowBalance()).nanos() ? "low" : "healthy";
    }

    private static @Nullable Long runwayDays(long balanceNanos, long recentNanos) {
        if (recentNanos <= 0) {
            return null;
        }
        BigDecimal days = BigDecimal.valueOf(Math.max(0, balanceNanos))
                .multiply(BigDecimal.valueOf(RUNWAY_BASE_DAYS))
                .divideToIntegralValue(BigDecimal.valueOf(recentNanos));
        return days.longValue();
    }

    private static BigDecimal usd(long nanos) {
        return Usd.ofNanos(nanos).toDecimal();
    }
}
