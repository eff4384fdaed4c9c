package dev.aicredits.budget;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * The budget window: a UTC calendar month. Spends are totalled in it, and limits start anew with it.
 *
 * @param start the month's first day
 */
public record MonthWindow(LocalDate start) {

    /** Refuses a day that is not the first of a month. */
    public MonthWindow {
        if (start.getDayOfMonth() != 1) {
            throw new IllegalArgumentException("a month starts on its first day");
        }
    }

    /** The month that {@code time} falls in. */
    public static MonthWindow of(Instant time) {
        return new MonthWindow(time.atZone(ZoneOffset.UTC).toLocalDate().withDayOfMonth(1));
    }

    /** The first moment of it. */
    public Instant startUtc() {
        return start.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** The first moment after it. */
    public Instant endUtc() {
        return start.plusMonths(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
