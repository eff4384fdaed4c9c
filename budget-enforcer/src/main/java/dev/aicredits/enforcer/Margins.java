package dev.aicredits.enforcer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aicredits.budget.MonthWindow;
import dev.aicredits.control.Target;
import dev.aicredits.messaging.BillingHint.Moved;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What earlier looks found out about targets: within its margin nothing is to be done about one, so that a hint which
 * says no more than that needs no look. Nearly all are such.
 *
 * <p>A margin counts while the organization's budgets are those that it follows from. That they changed is told by a hint,
 * or else found by a sweep, which looks at the organization whole <em>after</em> it has told here: what was taken to be
 * within an outdated margin until then is seen by that look.
 */
final class Margins {

    // Some 200 bytes each.
    private static final int TARGETS_MAX = 400_000;

    private final Cache<Target, Margin> margins =
            Caffeine.newBuilder().maximumSize(TARGETS_MAX).build();
    private final Map<String, Long> revisions = new ConcurrentHashMap<>();

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

    void learn(Map<Target, Margin> found) {
        margins.putAll(found);
    }
}
