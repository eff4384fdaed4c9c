package dev.aicredits.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** The UTC calendar month that spends are totalled and budgets are measured in. */
final class BudgetWindow {

    private static final long SECONDS_PER_DAY = 86_400;

    // Usage comes in the order of time, nearly; the month of the last event answers for most of the next.
    private long fromSecond = 1;
    private long untilSecond;
    private int startDay;

    /** The UTC day that {@code time} falls in, in days since 1970-01-01. */
    static int day(Instant time) {
        return (int) Math.floorDiv(time.getEpochSecond(), SECONDS_PER_DAY);
    }

    /** The first day, in days since 1970-01-01, of the month that {@code time} falls in. */
    int startDay(Instant time) {
        long second = time.getEpochSecond();
        if (second < fromSecond || second >= untilSecond) {
            LocalDate start = time.atZone(ZoneOffset.UTC).toLocalDate().withDayOfMonth(1);
            startDay = (int) start.toEpochDay();
            fromSecond = start.toEpochDay() * SECONDS_PER_DAY;
            untilSecond = start.plusMonths(1).toEpochDay() * SECONDS_PER_DAY;
        }
        return startDay;
    }
}
