package dev.aicredits.enforcer;

import dev.aicredits.budget.MonthWindow;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What led to a transition.
 *
 * @param name on the wire: {@code usage}, {@code budget_changed}, {@code month_turned}, {@code no_credits}, or another
 *     kind of ledger entry
 * @param dedupeKey of the entry that did; null if none did
 * @param entrySeq of that entry
 */
record Cause(
        String name, @Nullable UUID dedupeKey, @Nullable Long entrySeq) {

    private static final String BUDGET_CHANGED = "budget_changed";

    /** A ledger entry that took a spend or a balance across its limit. */
    record Crossing(long entrySeq, UUID dedupeKey, String entryKind, Instant bookedAt) {}

    /**
     * Why {@code finding} transits.
     *
     * @param crossing the entry that crossed the limit, if it was found among the newest
     * @param window the present month
     */
    static Cause of(Finding finding, @Nullable Crossing crossing, MonthWindow window) {
        if (finding.isOfCredits()) {
            return crossing == null ? new Cause("no_credits", null, null) : by(crossing);
        }
        if (finding.exhausted()) {
            return crossing == null || wasSetAfter(finding, crossing)
                    ? new Cause(BUDGET_CHANGED, null, null)
                    : by(crossing);
        }
        boolean turned =
                finding.decidedWindow() != null && finding.decidedWindow().isBefore(window.start());
        return new Cause(turned ? "month_turned" : BUDGET_CHANGED, null, null);
    }

    private static boolean wasSetAfter(Finding finding, Crossing crossing) {
        return finding.budgetChangedAt() != null && finding.budgetChangedAt().isAfter(crossing.bookedAt());
    }

    private static Cause by(Crossing crossing) {
        return new Cause(crossing.entryKind(), crossing.dedupeKey(), crossing.entrySeq());
    }
}
