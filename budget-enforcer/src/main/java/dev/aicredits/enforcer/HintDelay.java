package dev.aicredits.enforcer;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How long it takes at present from when a hint is sent to when it is followed, as the threads that follow them tell. */
final class HintDelay {

    // Beyond that a hint counts as lost whatever the delay, so that a wrong clock does not keep lost ones from being
    // found.
    private static final Duration MAX = Duration.ofSeconds(10);

    // Without hints for that long there is none on its way.
    private static final long FORGOTTEN_MS = 2_000;

    private record Followed(long delayMs, long atMs) {}

    private final Clock clock;
    private final Map<Thread, Long> underWay = new ConcurrentHashMap<>();
    private volatile Followed last = new Followed(0, Long.MIN_VALUE / 2);

    HintDelay(Clock clock) {
        this.clock = clock;
    }

    /** Runs {@code follow}, which follows hints of which the oldest was sent at {@code sentAtMs}. */
    void during(long sentAtMs, Runnable follow) {
        underWay.put(Thread.currentThread(), sentAtMs);
        try {
            follow.run();
        } finally {
            underWay.remove(Thread.currentThread());
            long now = clock.millis();
            last = new Followed(now - sentAtMs, now);
        }
    }

    /** Of the last poll, or of those that are still at it. */
    Duration atPresent() {
        long now = clock.millis();
        Followed followed = last;
        long delayMs = now - followed.atMs() < FORGOTTEN_MS ? followed.delayMs() : 0;
        for (long sentAtMs : underWay.values()) {
            delayMs = Math.max(delayMs, now - sentAtMs);
        }
        return Duration.ofMillis(Math.max(0, Math.min(delayMs, MAX.toMillis())));
    }
}
