package dev.aicredits.bench;

import dev.aicredits.usage.UsageEvent;
import java.time.Duration;
import java.util.Locale;
import org.apache.kafka.clients.producer.KafkaProducer;

/**
 * A topic full of events and a consumer that starts on it: how fast it is drained into the ledger, once the JVM has
 * compiled what it runs.
 */
final class BacklogScenario {

    private static final long POLL_MILLIS = 100;
    private static final int FLUSH_EVERY = 100_000;
    private static final Duration LINGER = Duration.ofMillis(5);
    private static final long WARM_UP_MAX = 1_000_000;
    private static final long WARM_UP_PART = 5;

    private final BenchSystem system;
    private final Class<?> application;
    private final int concurrency;
    private final String[] settings;

    BacklogScenario(BenchSystem system, Class<?> application, int concurrency, String... settings) {
        this.system = system;
        this.application = application;
        this.concurrency = concurrency;
        this.settings = settings;
    }

    /** As {@link #run(String, Workload, long, BenchLedger)}, into a ledger of its own. */
    Measurement run(String name, Workload workload, long events) {
        try (BenchLedger ledger = system.ledger(workload)) {
            return run(name, workload, events, ledger);
        }
    }

    /** Drains {@code events} records of {@code workload}, after a fifth as many to warm up, and reports on them. */
    Measurement run(String name, Workload workload, long events, BenchLedger ledger) {
        return run(name, workload, warmUp(events), events, ledger);
    }

    /** Drains {@code records} in all, the first of them to warm up, and reports on the others. */
    Measurement fill(String name, Workload workload, long records, BenchLedger ledger) {
        return run(name, workload, warmUp(records), records - warmUp(records), ledger);
    }

    private static long warmUp(long events) {
        return Math.min(WARM_UP_MAX, events / WARM_UP_PART);
    }

    private Measurement run(String name, Workload workload, long warmUp, long events, BenchLedger ledger) {
        long before = ledger.entries();
        long records = warmUp + events;
        long entries = load(ledger, workload, records);
        system.checkpoint();
        Progress start = new Progress(before, System.nanoTime(), system.walBytes(), system.cpuSeconds());
        try (ConsumerProcess consumer = ConsumerProcess.start(application, system, ledger, concurrency, settings)) {
            Progress warm = await(consumer, ledger, before + entries * warmUp / records);
            Progress end = await(consumer, ledger, before + entries);
            // Of a duplicate the database keeps nothing: records are counted by the entries that they come with.
            double recordsPerEntry = (double) records / entries;
            Rate measured = end.since(warm, recordsPerEntry);
            return new Measurement(
                    name + ", " + workload.describe(),
                    measured.records(),
                    measured.perSecond(),
                    measured.cpu().total() * 1e6 / measured.records(),
                    (double) measured.walBytes() / measured.entries(),
                    (double) ledger.entryBytes() / (before + entries),
                    null,
                    null,
                    null,
                    String.format(
                            Locale.ROOT,
                            "CPU µs: %s; with the %,d before them, from the first booking: %,.0f/s, CPU µs from the JVM's start: %s",
                            measured.cpu().perEvent(measured.records()),
                            warmUp,
                            records / ledger.bookingSeconds(),
                            end.cpu().minus(start.cpu()).perEvent(records)));
        }
    }

    /** Sends the events and answers how many of them are different. */
    private long load(BenchLedger ledger, Workload workload, long events) {
        EventSource source = new EventSource(system.clock(), ledger.topic(UsageEvent.TOPIC), workload, events);
        try (KafkaProducer<byte[], byte[]> producer = Producers.of(system.bootstrapServers(), LINGER)) {
            for (long i = 0; i < events; i++) {
                var unused = producer.send(source.next(), (metadata, failure) -> {
                    if (failure != null) {
                        throw new IllegalStateException("the backlog could not be produced", failure);
                    }
                });
                if (i % FLUSH_EVERY == 0) {
                    producer.flush();
                }
            }
        }
        return source.distinct();
    }

    /** Waits until so many entries are committed. */
    private Progress await(ConsumerProcess consumer, BenchLedger ledger, long entries) {
        while (true) {
            long committed = ledger.entries();
            if (committed >= entries) {
                return new Progress(
                        committed,
                        System.nanoTime(),
                        system.walBytes(),
                        system.cpuSeconds().plusConsumer(consumer.cpuSeconds()));
            }
            if (!consumer.isAlive()) {
                throw new IllegalStateException("the consumer ended before the backlog did");
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    /** How far it had come, when, and what it had cost. */
    private record Progress(long entries, long nanoTime, long walBytes, CpuSeconds cpu) {

        /** What was done since {@code earlier}, of records of which so many come with an entry. */
        Rate since(Progress earlier, double recordsPerEntry) {
            long done = entries - earlier.entries;
            return new Rate(
                    done,
                    Math.round(done * recordsPerEntry),
                    (nanoTime - earlier.nanoTime) / 1e9,
                    walBytes - earlier.walBytes,
                    cpu.minus(earlier.cpu));
        }
    }

    /** What was done in some seconds, and what it cost. */
    private record Rate(long entries, long records, double seconds, long walBytes, CpuSeconds cpu) {

        double perSecond() {
            return records / seconds;
        }
    }
}
