package dev.aicredits.bench;

import dev.aicredits.usage.UsageEvent;
import java.time.Duration;
import java.util.Locale;
import org.apache.kafka.clients.producer.KafkaProducer;

/** A topic full of events and a consumer that starts on it: how fast it is drained into the ledger. */
final class BacklogScenario {

    private static final long POLL_MILLIS = 100;
    private static final int FLUSH_EVERY = 100_000;
    private static final Duration LINGER = Duration.ofMillis(5);

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

    /** Drains {@code events} records of {@code workload} and reports on it. */
    Measurement run(String name, Workload workload, long events) {
        try (BenchLedger ledger = system.ledger(workload)) {
            return run(name, workload, events, ledger);
        }
    }

    Measurement run(String name, Workload workload, long events, BenchLedger ledger) {
        long before = ledger.entries();
        long entries = before + load(ledger, workload, events);
        system.checkpoint();
        long walBefore = system.walBytes();
        CpuSeconds start = system.cpuSeconds();
        try (ConsumerProcess consumer = ConsumerProcess.start(application, system, ledger, concurrency, settings)) {
            Progress half = await(consumer, ledger, (before + entries) / 2);
            Progress end = await(consumer, ledger, entries);
            CpuSeconds cpu = end.cpu().minus(start);
            double distinct = ledger.number("SELECT count(*) FROM ledger_entry");
            return new Measurement(
                    name + ", " + workload.describe() + duplicates(workload),
                    events,
                    events / ledger.bookingSeconds(),
                    cpu.total() * 1e6 / events,
                    (system.walBytes() - walBefore) / distinct,
                    ledger.entryBytes() / distinct,
                    null,
                    null,
                    null,
                    "CPU µs: %s; second half: %s".formatted(cpu.perEvent(events), end.since(half)));
        }
    }

    private static String duplicates(Workload workload) {
        return workload.duplicatePercent() == 0
                ? ""
                : String.format(Locale.ROOT, ", %d%% duplicates", workload.duplicatePercent());
    }

    /** Sends the events and answers how many of them are different. */
    private long load(BenchLedger ledger, Workload workload, long events) {
        EventSource source = new EventSource(ledger.topic(UsageEvent.TOPIC), workload, events);
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
                        committed, System.nanoTime(), system.cpuSeconds().plusConsumer(consumer.cpuSeconds()));
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
    private record Progress(long entries, long nanoTime, CpuSeconds cpu) {

        /** Rate and cost of an entry since {@code earlier}: what a consumer that is warm does. */
        String since(Progress earlier) {
            long committed = entries - earlier.entries;
            double seconds = (nanoTime - earlier.nanoTime) / 1e9;
            return String.format(
                    Locale.ROOT,
                    "%,.0f/s, CPU µs: %s",
                    committed / seconds,
                    cpu.minus(earlier.cpu).perEvent(committed));
        }
    }
}
