package dev.aicredits.consumer.chaos;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A moment at which something is killed. */
final class RandomMoment {

    private static final int ENTRIES_MAX = 3_000;
    /** About two batches: seeing an entry means that one was just committed, and not only such moments are to be hit. */
    private static final long BEYOND_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(30);

    /** By then a worker has started, joined its group and booked what waited, or is at any of that. */
    private static final long START_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

    private RandomMoment() {}

    /** Returns when a random number of further entries is booked, and up to 30 ms have passed since. */
    static void await(SplittableRandom random, ChaosLedger ledger, Worker worker) {
        ledger.awaitMoreEntries(1 + random.nextInt(ENTRIES_MAX), worker);
        LockSupport.parkNanos(random.nextLong(BEYOND_NANOS_MAX));
    }

    /** Returns up to five seconds from now, however far anything has come. */
    static void awaitOfStart(SplittableRandom random) {
        LockSupport.parkNanos(random.nextLong(START_NANOS_MAX));
    }
}
