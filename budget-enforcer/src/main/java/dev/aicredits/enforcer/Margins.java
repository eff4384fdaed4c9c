package dev.aicredits.enforcer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aicredits.budget.MonthWindow;
import dev.aicredits.control.Target;
import dev.aicredits.messaging.BillingHint.Moved;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What earlier looks found out about targets: within its margin nothing is to be done about one, so that a hint which
 * says no more than that needs no look. Nearly all are such.
 *
 * <p>A margin counts while the organization's budgets are those that it follows from. That they changed is told by a hint,
 * or else found by a sweep, which looks at the organization whole <em>after</em> it has told here: what was taken to be
 * within an outdated margin until then is seen by that look.
 *
 * <p>It counts while what was told about the target is what it follows from, too: a decision forgets it, and so does a
 * partition that comes back from another process, which may have decided. A look that began before that learns nothing.
 */
final class Margins {

    // Some 200 bytes each.
    private static final int TARGETS_MAX = 400_000;

    // Targets share them by their hash: one that is forgotten keeps few others from being learnt.
    private static final int FORGOTTEN_COUNTS = 1 << 10;

    private final Cache<Target, Margin> margins =
            Caffeine.newBuilder().maximumSize(TARGETS_MAX).build();
    private final Map<String, Long> revisions = new ConcurrentHashMap<>();
    private final AtomicLongArray forgotten = new AtomicLongArray(FORGOTTEN_COUNTS);

    /** When a look began, as to what was forgotten. */
    static final class Beginning {
        private final long[] forgotten = new long[FORGOTTEN_COUNTS];
    }

    /** The organization's budgets have changed that often, at least. */
    void budgetsAt(String organizationId, long revision) {
        // Mostly it is known, and asking is cheaper than merging.
        if (revision > revisions.getOrDefault(organizationId, 0L)) {
            revisions.merge(organizationId, revision, Math::max);
        }
    }

    /** Whether there is nothing to do about a target that moved so far. */
    boolean cover(Moved moved, MonthWindow window) {
        // Another month's spend moves no target of this one, but may be the first that is seen of it.
        boolean ofAnotherMonth =
                moved.windowStart() != null && !moved.windowStart().equals(window.start());
        Margin margin = margins.getIfPresent(moved.target());
        return margin != null
                && margin.window().equals(window)
                && margin.revision() >= revisions.getOrDefault(moved.target().organizationId(), 0L)
                && (ofAnotherMonth || margin.covers(moved.nanos()));
    }

    /** A look begins: what is forgotten from now on, it does not know. */
    Beginning begin() {
        Beginning beginning = new Beginning();
        for (int i = 0; i < FORGOTTEN_COUNTS; i++) {
            beginning.forgotten[i] = forgotten.get(i);
        }
        return beginning;
    }

    /** What a look found that began then. */
    void learn(Map<Target, Margin> found, Beginning beginning) {
        // One at a time with forget, of the same target: whichever comes last has its way.
        found.forEach((target, margin) -> margins.asMap()
                .compute(
                        target,
                        (same, known) ->
                                forgotten.get(index(same)) == beginning.forgotten[index(same)] ? margin : known));
    }

    /** Something was decided about these, or may have been. */
    void forget(Collection<Target> targets) {
        for (Target target : targets) {
            forgotten.incrementAndGet(index(target));
            margins.asMap().remove(target);
        }
    }

    /** Another process may have decided about any. */
    void forgetAll() {
        for (int i = 0; i < FORGOTTEN_COUNTS; i++) {
            forgotten.incrementAndGet(i);
        }
        margins.asMap().clear();
    }

    private static int index(Target target) {
        int hash = target.hashCode();
        return (hash ^ hash >>> 16) & (FORGOTTEN_COUNTS - 1);
    }
}
