package dev.aicredits.testkit;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * How tests wait: for a condition, looked at every few milliseconds, for as long as a loaded machine may take.
 *
 * <p>What has taken long is looked at less often, a twentieth of the time so far apart: that finds it a moment later, and
 * leaves the machine to what is waited for.
 */
public final class Patience {

    /** Longer than anything takes that happens at all, on a machine that is slow and full. */
    public static final Duration MAX = Duration.ofMinutes(3);

    private static final Duration GLANCE = Duration.ofMillis(10);
    private static final Duration GLANCE_MAX = Duration.ofMillis(100);
    private static final int GLANCES_SHARE = 20;

    private Patience() {}

    /** Returns once {@code condition} holds. */
    public static void awaitTrue(String what, Callable<Boolean> condition) {
        awaitTrue(what, MAX, condition);
    }

    /** As {@link #awaitTrue(String, Callable)}, with a patience of its own. */
    public static void awaitTrue(String what, Duration max, Callable<Boolean> condition) {
        long begun = System.nanoTime();
        await(what)
                .atMost(max)
                .pollInterval((count, previous) -> untilNextGlance(Duration.ofNanos(System.nanoTime() - begun)))
                .until(condition);
    }

    private static Duration untilNextGlance(Duration waited) {
        Duration share = waited.dividedBy(GLANCES_SHARE);
        if (share.compareTo(GLANCE) < 0) {
            return GLANCE;
        }
        return share.compareTo(GLANCE_MAX) > 0 ? GLANCE_MAX : share;
    }
}
