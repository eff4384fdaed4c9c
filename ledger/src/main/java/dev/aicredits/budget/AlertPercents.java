package dev.aicredits.budget;

import java.util.List;
import java.util.TreeSet;

/**
 * The parts of a limit, in percent, at which to tell.
 *
 * @param ascending whole percents of 1 to 100, each once
 */
public record AlertPercents(List<Integer> ascending) {

    /** Half, most and all of it. */
    public static final AlertPercents USUAL = new AlertPercents(List.of(50, 80, 100));

    private static final int WHOLE = 100;

    /** Refuses what is no part of a limit. */
    public AlertPercents {
        if (ascending.stream().anyMatch(percent -> percent < 1 || percent > WHOLE)) {
            throw new IllegalArgumentException("a part of a limit is 1 to 100 percent");
        }
        ascending = List.copyOf(new TreeSet<>(ascending));
    }

    /** The highest of the percents that {@code spentNanos} has reached; 0 if none. A limit of 0 is reached in all of them. */
    public int reached(long spentNanos, long limitNanos) {
        int reached = 0;
        for (int percent : ascending) {
            if (isReached(percent, spentNanos, limitNanos)) {
                reached = percent;
            }
        }
        return reached;
    }

    /**
     * The least spend that reaches one of the percents above {@code percent}, in nano-USD; {@link Long#MAX_VALUE} if there
     * is none.
     */
    public long nextShareNanos(int percent, long limitNanos) {
        for (int next : ascending) {
            if (next > percent) {
                return shareNanos(next, limitNanos);
            }
        }
        return Long.MAX_VALUE;
    }

    /** The least amount that is {@code percent} of {@code limitNanos}, exactly; nano-USD. */
    public static long shareNanos(int percent, long limitNanos) {
        // In two parts, since limit times percent may not fit; the rest is rounded up, as what is below a part is not
        // it.
        return limitNanos / WHOLE * percent + (limitNanos % WHOLE * percent + WHOLE - 1) / WHOLE;
    }

    /** Whether {@code spentNanos} is at least {@code percent} of {@code limitNanos}, exactly. */
    static boolean isReached(int percent, long spentNanos, long limitNanos) {
        return spentNanos >= shareNanos(percent, limitNanos);
    }
}
