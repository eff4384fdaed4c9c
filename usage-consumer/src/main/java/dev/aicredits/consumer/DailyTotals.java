package dev.aicredits.consumer;

import dev.aicredits.ledger.JdbcDailyTotals;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/**
 * Adds what was booked to the daily totals, for all processes: whoever looks while no other does takes what there is. A try
 * that fails is repeated by whose watch this is. Until one succeeds nothing is wrong, and reading the totals takes longer.
 */
final class DailyTotals {

    /** How many looks it takes until organizations of few entries have their turn: then their rows are raised less often. */
    static final int LOOKS = 10;

    /** So many entries are on few rows, and reading them with each request would take longer than to add them. */
    private static final long MANY_ENTRIES = 500;

    private static final int PAUSE_PER_DURATION = 4;

    private final JdbcDailyTotals totals;
    private final Counter entries;
    private final Counter failures;
    private int look;

    DailyTotals(JdbcDailyTotals totals, MeterRegistry registry) {
        this.totals = totals;
        entries = Counter.builder("aicredits.usage.daily.entries")
                .description("Entries of the ledger that were added to the daily totals, or are no usage")
                .register(registry);
        failures = Counter.builder("aicredits.usage.daily.failures")
                .description("Tries to add entries to the daily totals that failed and will be repeated")
                .register(registry);
    }

    /** Adds what was booked by now of organizations with many entries, and every tenth time of all. */
    synchronized void look() {
        look = (look + 1) % LOOKS;
        try {
            entries.increment((double) totals.addAll(look == 0 ? 1 : MANY_ENTRIES, DailyTotals::rest));
        } catch (RuntimeException e) {
            failures.increment();
            throw e;
        }
    }

    /** In place of one long strain on the database, which bookings would wait for, many short ones. */
    private static boolean rest(Duration took) {
        try {
            Thread.sleep(took.multipliedBy(PAUSE_PER_DURATION).toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
