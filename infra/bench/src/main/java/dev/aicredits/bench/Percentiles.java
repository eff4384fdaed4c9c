package dev.aicredits.bench;

/** Percentiles of what was measured. */
final class Percentiles {

    private Percentiles() {}

    /** The value that {@code percent} of the values, which are sorted and not none, are below. */
    static double of(double[] sorted, int percent) {
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
    }
}
