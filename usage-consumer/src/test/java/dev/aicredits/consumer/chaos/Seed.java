package dev.aicredits.consumer.chaos;

import java.util.SplittableRandom;

/** Where a test's randomness comes from. */
final class Seed {
    private Seed() {}

    /** A generator whose seed is printed, or given by {@code -Dchaos.seed}. */
    static SplittableRandom of(String test) {
        long seed = Long.getLong("chaos.seed", System.nanoTime());
        System.out.println(test + ": -Dchaos.seed=" + seed);
        return new SplittableRandom(seed);
    }
}
