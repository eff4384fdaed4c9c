package dev.aicredits.testkit;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;

/** How tests wait: for a condition, looked at every few milliseconds, for as long as a loaded machine may take. */
public final class Patience {

    /** Longer than anything takes that happens at all. */
    public static final Duration MAX = Duration.ofSeconds(60);

    private static final Duration GLANCE = Duration.ofMillis(10);

    private Patience() {}

    /** Returns once {@code condition} holds. */
    public static void awaitTrue(String what, Callable<Boolean> condition) {
        awaitTrue(what, MAX, condition);
    }

    /** As {@link #awaitTrue(String, Callable)}, with a patience of its own. */
    public static void awaitTrue(String what, Duration max, Callable<Boolean> condition) {
        await(what).atMost(max).pollInterval(GLANCE).until(condition);
    }
}
