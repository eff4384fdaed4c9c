package dev.aicredits.local;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How many events are due by now at a steady rate. It counts from its start, so that rounding and late wake-ups add up
 * to nothing. After a pause of more than a second (a laptop that slept) it starts anew and makes up for nothing.
 */
final class Pace {
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final int perSecond;
    private long startNanos;
    private long given;

    Pace(int perSecond, long nowNanos) {
        this.perSecond = perSecond;
        this.startNanos = nowNanos;
    }

    /** The events that became due since the last call. */
    int due(long nowNanos) {
        long due = dueSinceStart(nowNanos) - given;
        if (due > perSecond) {
            startNanos = nowNanos;
            given = 0;
            return 0;
        }
        given += due;
        return (int) due;
    }

    /** How long until the next event is due. */
    Duration untilNext(long nowNanos) {
        long next = given + 1;
        long dueAfter = next / perSecond * SECOND_NANOS + next % perSecond * SECOND_NANOS / perSecond;
        return Duration.ofNanos(Math.max(0, startNanos + dueAfter - nowNanos));
    }

    private long dueSinceStart(long nowNanos) {
        long elapsed = nowNanos - startNanos;
        return elapsed / SECOND_NANOS * perSecond + elapsed % SECOND_NANOS * perSecond / SECOND_NANOS;
    }
}
