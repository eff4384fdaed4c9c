package dev.aicredits.enforcer;

import dev.aicredits.budget.AlertPercents;
import dev.aicredits.budget.MonthWindow;

/**
 * How far a target's spend, or an organization's balance, may move while there is nothing to do about it, given the
 * budgets of a revision. Narrower than it could be in places, never wider.
 *
 * @param window the month that it holds for
 * @param revision the organization's budgets that it follows from
 * @param fromNanos the least spend or balance, in nano-USD
 * @param toNanos the most, itself still within
 */
record Margin(MonthWindow window, long revision, long fromNanos, long toNanos) {

    /** That around what a look found which had nothing to do about the target, and did not find it exhausted. */
    static Margin around(Finding found, long revision, MonthWindow window, AlertPercents percents) {
        if (found.isOfCredits()) {
            return ofCredits(found, revision, window, percents);
        }
        if (found.limitNanos() == null || found.spentNanos() == null) {
            return new Margin(window, revision, Long.MIN_VALUE, Long.MAX_VALUE);
        }
        long limitNanos = found.limitNanos();
        long next = percents.nextShareNanos(found.alerting().toldPercent(), limitNanos) - 1;
        return found.spentNanos() < limitNanos
                ? new Margin(window, revision, Long.MIN_VALUE, Math.min(next, limitNanos - 1))
                : new Margin(window, revision, limitNanos, next);
    }

    // Of credits, alerts count what was used since a height; the balance is that height less what was used, and above
    // zero.
    private static Margin ofCredits(Finding found, long revision, MonthWindow window, AlertPercents percents) {
        long heightNanos = found.alerting().limitNanos();
        int told = found.alerting().toldPercent();
        long next = percents.nextShareNanos(told, heightNanos);
        return new Margin(
                window,
                revision,
                next == Long.MAX_VALUE ? 1 : heightNanos - next + 1,
                heightNanos - AlertPercents.shareNanos(told, heightNanos));
    }

    boolean covers(long nanos) {
        return fromNanos <= nanos && nanos <= toNanos;
    }
}
