package dev.aicredits.ledger;

import dev.aicredits.budget.MonthWindow;
import java.time.Instant;

/** The first day of the {@link MonthWindow} that a spend is totalled in, for many times in a row. */
final class BudgetWindow {

    // Usage comes in the order of time, nearly; the month of the last event answers for most of the next.
    private long fromSecond = 1;
    private long untilSecond;
    private int startDay;

    /** The first day, in days since 1970-01-01, of the month that {@code time} falls in. */
    int startDay(Instant time) {
        long second = time.getEpochSecond();
        if (second < fromSecond || second >= untilSecond) {
            MonthWindow month = MonthWindow.of(time);
            startDay = (int) month.start().toEpochDay();
            fromSecond = month.startUtc().getEpochSecond();
            untilSecond = month.endUtc().getEpochSecond();
        }
        return startDay;
    }
}
