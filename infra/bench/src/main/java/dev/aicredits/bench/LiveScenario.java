package dev.aicredits.bench;

import dev.aicredits.consumer.UsageConsumerApplication;
import dev.aicredits.usage.UsageEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A producer at a steady rate beside the consumer. Latency is measured by the database: from the event's time, taken when
 * it is handed to the producer, to the commit time of the transaction that wrote its entry (track_commit_timestamp). A
 * duplicate writes none and has no latency; the events between which it comes have theirs.
 */
final class LiveScenario {

    private static final long TICK_NANOS = 1_000_000;
    private static final Duration WARM_UP = Duration.ofSeconds(60);

    private final BenchSystem system;
    private final int concurrency;

    LiveScenario(BenchSystem system, int concurrency) {
        this.system = system;
        this.concurrency = concurrency;
    }

    private record Latency(double p50, double p95, double p99, double max, long entries) {}

    /** Produces {@code perSecond} events a second for {@code duration} after a warm-up, and reports on the latter. */
    Measurement run(String name, Workload workload, int perSecond, Duration duration) {
        try (BenchLedger ledger = system.ledger(workload)) {
            return run(name, workload, perSecond, duration, ledger);
        }
    }

    private Measurement run(String name, Workload workload, int perSecond, Duration duration, BenchLedger ledger) {
        EventSource source = new EventSource(system.clock(), ledger.topic(UsageEvent.TOPIC), workload, perSecond);
        try (ConsumerProcess consumer =
                        ConsumerProcess.start(UsageConsumerApplication.class, system, ledger, concurrency);
                KafkaProducer<byte[], byte[]> producer = Producers.of(system.bootstrapServers(), linger(perSecond))) {
            produce(producer, source, perSecond, WARM_UP, ledger);
            long warmEntries = ledger.entries();
            long warmMade = source.made();
            long warmDistinct = source.distinct();
            CpuSeconds cpuBefore = system.cpuSeconds().plusConsumer(consumer.cpuSeconds());
            long walBefore = system.walBytes();
            List<Long> lags = produce(producer, source, perSecond, duration, ledger);
            CpuSeconds cpu =
                    system.cpuSeconds().plusConsumer(consumer.cpuSeconds()).minus(cpuBefore);
            long entries = ledger.entries() - warmEntries;
            // Of a duplicate the database keeps nothing: records are counted by the entries that they come with.
            long records =
                    Math.round(entries * (double) (source.made() - warmMade) / (source.distinct() - warmDistinct));
            Latency latency = latency(ledger, duration);
            return new Measurement(
                    "%s, %s".formatted(name, workload.describe()),
                    records,
                    records / (double) duration.toSeconds(),
                    cpu.total() * 1e6 / records,
                    (double) (system.walBytes() - walBefore) / entries,
                    null,
                    latency.p50(),
                    latency.p95(),
                    latency.p99(),
                    String.format(
                            Locale.ROOT,
                            "max %.0f ms; by tenths of the run, p99 ms: %s, not yet committed: %s; CPU µs: %s",
                            latency.max(),
                            tenthsP99(ledger, duration),
                            tenths(lags),
                            cpu.perEvent(records)));
        }
    }

    /** As a producer of that rate has it: few records wait for little, many for what makes a batch of them. */
    private static Duration linger(int perSecond) {
        return Duration.ofMillis(perSecond < 10_000 ? 5 : 20);
    }

    private static List<Long> produce(
            KafkaProducer<byte[], byte[]> producer,
            EventSource source,
            int perSecond,
            Duration duration,
            BenchLedger ledger) {
        List<Long> lags = new ArrayList<>();
        long start = System.nanoTime();
        long sent = 0;
        long before = source.distinct();
        long entriesBefore = ledger.entries();
        long nextSample = 1;
        while (true) {
            long elapsed = System.nanoTime() - start;
            long due = Math.min(elapsed, duration.toNanos()) * perSecond / 1_000_000_000L;
            for (; sent < due; sent++) {
                var unused = producer.send(source.next());
            }
            if (elapsed >= duration.toNanos()) {
                return lags;
            }
            if (elapsed >= nextSample * 1_000_000_000L) {
                nextSample++;
                lags.add(source.distinct() - before - (ledger.entries() - entriesBefore));
            }
            LockSupport.parkNanos(TICK_NANOS);
        }
    }

    private static List<Long> tenths(List<Long> lags) {
        List<Long> tenths = new ArrayList<>();
        for (int i = 1; i <= 10 && !lags.isEmpty(); i++) {
            tenths.add(lags.get(Math.min(lags.size() - 1, i * lags.size() / 10)));
        }
        return tenths;
    }

    private static Latency latency(BenchLedger ledger, Duration duration) {
        return JdbcClient.create(ledger.superuser())
                .sql(latencies(duration) + """
                        SELECT percentile_cont(0.50) WITHIN GROUP (ORDER BY ms) AS p50,
                               percentile_cont(0.95) WITHIN GROUP (ORDER BY ms) AS p95,
                               percentile_cont(0.99) WITHIN GROUP (ORDER BY ms) AS p99,
                               max(ms) AS max, count(*) AS entries
                          FROM latencies
                        """)
                .param("seconds", (double) duration.toSeconds())
                .query(Latency.class)
                .single();
    }

    private static List<Long> tenthsP99(BenchLedger ledger, Duration duration) {
        return JdbcClient.create(ledger.superuser())
                .sql(latencies(duration) + """
                        SELECT round(percentile_cont(0.99) WITHIN GROUP (ORDER BY ms))::bigint
                          FROM latencies
                         GROUP BY tenths_ago
                         ORDER BY tenths_ago DESC
                        """)
                .param("seconds", (double) duration.toSeconds())
                .query(Long.class)
                .list();
    }

    /** A batch's entries share a transaction; a tenth of the pages gives a steady picture of millions. */
    private static String latencies(Duration duration) {
        return """
                WITH newest AS (SELECT max(occurred_at) AS occurred_at FROM ledger_entry),
                latencies AS (
                    SELECT extract(epoch FROM pg_xact_commit_timestamp(e.xmin) - e.occurred_at) * 1000 AS ms,
                           floor(extract(epoch FROM newest.occurred_at - e.occurred_at) * 10 / :seconds) AS tenths_ago
                      FROM newest, ledger_entry e %s
                     WHERE e.occurred_at > newest.occurred_at - make_interval(secs => :seconds))
                """.formatted(duration.toSeconds() > 100 ? "TABLESAMPLE SYSTEM (10)" : "");
    }
}
