package dev.aicredits.drill;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions. */
final class Waiting {

    private static final Duration LOOK = Duration.ofMillis(200);

    private Waiting() {}

    /** Answers whether {@code condition} came to hold within {@code max}. */
    static boolean until(Duration max, BooleanSupplier condition) {
        long deadline = System.nanoTime() + max.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        return true;
    }

    /** Lets time pass, for load to go on in it. */
    static void pass(Duration time) {
        until(time, () -> false);
    }
}
