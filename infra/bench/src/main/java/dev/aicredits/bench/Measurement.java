package dev.aicredits.bench;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One row of the report; null where a figure was not taken.
 *
 * @param events records consumed or rows copied
 * @param eventsPerSecond of records, over the time in which they were booked
 * @param cpuMicrosPerEvent over consumer, broker and database
 * @param walBytesPerEntry write-ahead log per committed entry
 * @param diskBytesPerEntry table and indexes per committed entry
 * @param p50Millis from produced to committed
 */
record Measurement(
        String scenario,
        long events,
        double eventsPerSecond,
        @Nullable Double cpuMicrosPerEvent,
        @Nullable Double walBytesPerEntry,
        @Nullable Double diskBytesPerEntry,
        @Nullable Double p50Millis,
        @Nullable Double p95Millis,
        @Nullable Double p99Millis,
        @Nullable String note) {

    /**
     * Of single calls, by how long each took.
     *
     * @param sortedMillis of each, ascending, not none
     * @param cpuMicros of a call; null if not taken
     */
    static Measurement ofCalls(
            String scenario, double[] sortedMillis, double perSecond, @Nullable Double cpuMicros, String note) {
        String max = String.format(Locale.ROOT, "max %.0f ms", sortedMillis[sortedMillis.length - 1]);
        return new Measurement(
                scenario,
                sortedMillis.length,
                perSecond,
                cpuMicros,
                null,
                null,
                Percentiles.of(sortedMillis, 50),
                Percentiles.of(sortedMillis, 95),
                Percentiles.of(sortedMillis, 99),
                note.isEmpty() ? max : max + "; " + note);
    }
}
