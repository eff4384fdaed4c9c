package dev.aicredits.enforcer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aicredits.budget.MonthWindow;
import dev.aicredits.control.Target;
import dev.aicredits.messaging.BillingHint.Moved;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What earlier looks found out about targets: within its margin nothing is to be done about one, so that a hint which
 * says no more than that needs no look. Nearly all are such.
 *
 * <p>A margin counts while the organization's budgets are those that it follows from. That they changed is told by a hint,
 * or else found by a sweep, which looks at the organization whole <em>after</em> it has told here: what was taken to be
 * within an outdated margin until then is seen by that look.
 *
 * <p>Nobody within a margin is exhausted, whatever was told: no stop waits for what this process has not heard of others'
 * decisions. Alerts, and resumes, also follow from what was told, so a decision forgets the margin, and so does what another
 * process may have decided about: a partition that comes back from it, credits that moved without a hint. A look that began
 * before that learns nothing.
 */
final class Margins {

    // Some 200 bytes each.
    private static final int TARGETS_MAX = 400_000;

    // Targets share a place by their hash: one that is forgotten keeps few others from being learnt.
    private static final int PLACES = 1 << 10;

    private final Cache<Target, Margin> margins =
            Caffeine.newBuilder().maximumSize(TARGETS_MAX).build();
    private final Map<String, Long> revisions = new ConcurrentHashMap<>();

    /** How often something was forgotten, and at which of these times a place's was last. */
    private final AtomicLong times = new AtomicLong();

    private final AtomicLongArray lastTimes = new AtomicLongArray(PLACES);

    /** When a look began: how often something had been forgotten by then. */
    record Beginning(long times) {}

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
        return new Beginning(times.get());
    }

    /** What a look at these found that began then. Of those without a margin none is known any more. */
    void learn(Collection<Target> targets, Map<Target, Margin> found, Beginning beginning) {
        // One at a time with forget, of the same target: whichever comes last has its way.
        for (Target target : targets) {
            margins.asMap()
                    .compute(
                            target,
                            (same, known) -> lastTimes.get(place(same)) <= beginning.times() ? found.get(same) : known);
        }
    }

    /** Something was decided about these, or may have been. */
    void forget(Collection<Target> targets) {
        long time = times.incrementAndGet();
        for (Target target : targets) {
            forgotten(place(target), time);
            margins.asMap().remove(target);
        }
    }

    /** Another process may have decided about any. */
    void forgetAll() {
        long time = times.incrementAndGet();
        for (int place = 0; place < PLACES; place++) {
            forgotten(place, time);
        }
        margins.asMap().clear();
    }

    /** Whoever comes later may have been given the earlier time. */
    private void forgotten(int place, long time) {
        lastTimes.accumulateAndGet(place, time, Math::max);
    }

    private static int place(Target target) {
        int hash = target.hashCode();
        return (hash ^ hash >>> 16) & (PLACES - 1);
    }
}
