package dev.aicredits.bench;

import java.util.Locale;

/** CPU time of the three processes that take an event from Kafka to its debit, in seconds. */
record CpuSeconds(double consumer, double broker, double database) {

    CpuSeconds plusConsumer(double seconds) {
        return new CpuSeconds(consumer + seconds, broker, database);
    }

    CpuSeconds minus(CpuSeconds earlier) {
        return new CpuSeconds(consumer - earlier.consumer, broker - earlier.broker, database - earlier.database);
    }

    double total() {
        return consumer + broker + database;
    }

    /** For people: microseconds an event, by process. */
    String perEvent(long events) {
        return String.format(
                Locale.ROOT,
                "consumer %.2f, broker %.2f, database %.2f",
                consumer * 1e6 / events,
                broker * 1e6 / events,
                database * 1e6 / events);
    }
}
