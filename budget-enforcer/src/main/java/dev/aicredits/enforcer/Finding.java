package dev.aicredits.enforcer;

import dev.aicredits.control.Target;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A target about which there is something to do, and why. Amounts are nano-USD.
 *
 * @param version the last decision's; odd while stopped, 0 before the first
 * @param pending the last decision is not published yet
 * @param exhausted whether the target has to be stopped now
 * @param limitNanos the month's limit, null for credits and where none applies
 * @param spentNanos what was spent in the month; null for credits
 * @param entrySeq the organization's last ledger entry behind this
 * @param budgetChangedAt when the budget that applies was last changed; null if there is none
 * @param decidedWindow the month of the last decision; null before the first
 */
record Finding(
        TargetKey key,
        Target target,
        long version,
        boolean pending,
        boolean exhausted,
        @Nullable Long limitNanos,
        @Nullable Long spentNanos,
        long balanceNanos,
        long entrySeq,
        @Nullable Instant budgetChangedAt,
        @Nullable LocalDate decidedWindow,
        Alerting alerting) {

    /**
     * How far alerts have come.
     *
     * @param window the window's name within the target
     * @param toldPercent the highest percent that was told in it; 0 if none
     * @param reachedPercent the highest that is reached now; 0 if none
     * @param limitNanos what the percents are of
     * @param usedNanos what was used of that
     */
    record Alerting(long window, int toldPercent, int reachedPercent, long limitNanos, long usedNanos) {}

    boolean stopped() {
        return version % 2 == 1;
    }

    boolean transits() {
        return stopped() != exhausted;
    }

    /** Whether whoever runs agents is to be told something, rather than only whoever pays. */
    boolean needsSignal() {
        return pending || transits();
    }

    boolean isOfCredits() {
        return key.agentId() == 0;
    }
}
