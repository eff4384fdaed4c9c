package dev.aicredits.enforcer;

import dev.aicredits.enforcer.JdbcStandings.Standing;
import dev.aicredits.messaging.BillingHint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * How far this process has looked at each organization: by its ledger's sequence and its budgets' revision. Both count
 * without gaps under the organization's row lock, so being behind them is seen exactly, in whatever order transactions
 * commit and whatever clocks say.
 */
final class Progress {

    private record Mark(long entrySeq, long revision) {
        Mark next(long otherEntrySeq, long otherRevision) {
            return new Mark(Math.max(entrySeq, otherEntrySeq), Math.max(revision, otherRevision));
        }
    }

    private final Map<String, Mark> looked = new ConcurrentHashMap<>();

    // As of an earlier scan: what was there then, and is not looked at once hints have had the time that they take, has
    // none on its way any more.
    private Map<String, Mark> scanned = new HashMap<>();
    private long scannedAtNanos;

    /** All that the hint tells was looked at. It counts where nothing is missing between it and what was looked at before. */
    void follow(BillingHint hint) {
        looked.computeIfPresent(hint.organizationId(), (organization, mark) -> {
            if (hint.revision() != null) {
                return mark.next(0, hint.revision());
            }
            boolean follows = hint.previousEntrySeq() != null && hint.previousEntrySeq() <= mark.entrySeq();
            return follows && hint.entrySeq() != null ? mark.next(hint.entrySeq(), 0) : mark;
        });
    }

    /** The whole organization was looked at, after it stood like this. */
    void complete(Standing standing) {
        looked.merge(
                standing.organizationId(),
                new Mark(standing.entrySeq(), standing.revision()),
                (before, now) -> before.next(now.entrySeq(), now.revision()));
    }

    /** Forgets organizations: they are looked at whole. */
    void forget(Predicate<String> organization) {
        looked.keySet().removeIf(organization);
    }

    /**
     * Those that were never looked at, or were behind already at a scan that is longer ago than hints take. For one thread.
     *
     * @param hintDelay how long hints are on their way at present: while they are late, those of an organization that is
     *     behind are not lost
     * @param nowNanos as {@link System#nanoTime()}
     */
    List<Standing> behind(List<Standing> standings, Duration hintDelay, long nowNanos) {
        boolean ripe = nowNanos - scannedAtNanos >= hintDelay.toNanos();
        List<Standing> behind = new ArrayList<>();
        Map<String, Mark> now = new HashMap<>();
        for (Standing standing : standings) {
            now.put(standing.organizationId(), new Mark(standing.entrySeq(), standing.revision()));
            Mark mark = looked.get(standing.organizationId());
            Mark before = scanned.get(standing.organizationId());
            boolean late = ripe
                    && before != null
                    && mark != null
                    && (mark.entrySeq() < before.entrySeq() || mark.revision() < before.revision());
            if (mark == null || late || standing.pending()) {
                behind.add(standing);
            }
        }
        if (ripe) {
            scanned = now;
            scannedAtNanos = nowNanos;
        }
        return behind;
    }
}
