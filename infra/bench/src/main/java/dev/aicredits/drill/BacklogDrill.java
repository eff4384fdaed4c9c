package dev.aicredits.drill;

import dev.aicredits.bench.EventSource;
import dev.aicredits.bench.ObedientPlatform;
import dev.aicredits.bench.Producers;
import dev.aicredits.bench.Workload;
import dev.aicredits.embedded.Groups;
import dev.aicredits.usage.UsageEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;

/** Two million events come while no consumer runs; then two do. */
final class BacklogDrill {

    private static final int EVENTS = 2_000_000;
    private static final int BEFORE = 10_000;
    private static final Workload WORKLOAD = new Workload(1_000, 10, 5, 0);

    /** About half of the agents have used up their budgets at the end. */
    private static final long LIMIT_NANOS_MAX = 200_000_000;

    private static final Duration LINGER = Duration.ofMillis(5);
    private static final Duration DRAINED_MAX = Duration.ofMinutes(5);

    /** Ten times what the rolling restart is under. */
    private static final long EVENTS_A_SECOND_MIN = 20_000;

    private static final int RESIDENT_MEGABYTES_MAX = 900;
    private static final double GROWTH_MAX = 1.15;

    /** How long a look at the topics takes; how long ago it ended, its own metric tells. */
    private static final Duration LOOK_MAX = Duration.ofSeconds(4);

    /** The oldest was produced within this after the outage began. */
    private static final Duration PRODUCED_MAX = Duration.ofSeconds(5);

    private static final Duration METRIC_MAX = Duration.ofSeconds(45);

    private record Sample(long nanos, long brokerLag, double metricLag, double lookAge, List<Long> residentMegabytes) {}

    private final DrillSystem system;
    private final Steps steps;
    private final List<Sample> samples = new ArrayList<>();

    private BacklogDrill(DrillSystem system, Steps steps) {
        this.system = system;
        this.steps = steps;
    }

    static void run(Clock clock, Scratch scratch, Steps steps) {
        DrillSystem.Plan plan = new DrillSystem.Plan(
                scratch.folder("postgres"),
                Map.of("shared_buffers", "1GB"),
                scratch.folder("kafka"),
                RollingDrill.QUICK_GROUPS,
                WORKLOAD,
                LIMIT_NANOS_MAX);
        try (DrillSystem system = DrillSystem.start(clock, scratch, plan, steps)) {
            system.startServices(steps, 2, 1, 0, 1);
            new BacklogDrill(system, steps).run();
        }
    }

    private void run() {
        EventSource source = new EventSource(system.clock(), UsageEvent.TOPIC, WORKLOAD, 1);
        List<ServiceProcess> consumers = system.fleet().running(Service.USAGE_CONSUMER);
        produce(source, BEFORE);
        steps.holds(
                "before the outage all is booked",
                Waiting.until(DRAINED_MAX, () -> system.ledger().usageEntries() == BEFORE));
        consumers.forEach(ServiceProcess::stop);
        steps.step("no consumer runs");
        long outage = System.nanoTime();
        try (Groups groups = new Groups(system.bootstrapServers());
                ObedientPlatform platform = system.obedientPlatform()) {
            produce(source, EVENTS);
            steps.step("%,d events are on the topic".formatted(EVENTS));
            theMetricsOfAnOutageAreTrue(groups, outage);
            long start = System.nanoTime();
            consumers.parallelStream().forEach(ServiceProcess::startAgain);
            steps.step("two consumers serve");
            steps.holds("it is drained", Waiting.until(DRAINED_MAX, () -> {
                sample(groups, consumers);
                return groups.lag("usage-consumer", UsageEvent.TOPIC) == 0;
            }));
            judge(start);
            Verdict verdict = new Verdict(system, steps);
            Tally tally = verdict.exactlyOnce(List.of(), DRAINED_MAX);
            steps.holds("all %,d are there".formatted(EVENTS + BEFORE), tally.events() == EVENTS + BEFORE);
            verdict.stopped(tally, platform);
            steps.holds(
                    "the lag is 0 in the metric too, in records and in seconds",
                    Waiting.until(
                            METRIC_MAX,
                            () -> metric("aicredits_topic_lag_records") == 0
                                    && metric("aicredits_topic_lag_seconds") == 0));
            verdict.clean();
            verdict.acknowledged();
        }
    }

    private void produce(EventSource source, int events) {
        AtomicLong failed = new AtomicLong();
        try (KafkaProducer<byte[], byte[]> producer = Producers.of(system.bootstrapServers(), LINGER)) {
            for (int i = 0; i < events; i++) {
                var unused = producer.send(source.next(), (metadata, failure) -> {
                    if (failure != null) {
                        failed.incrementAndGet();
                    }
                });
            }
        }
        if (failed.get() > 0) {
            throw new IllegalStateException(failed + " events could not be produced");
        }
    }

    private void theMetricsOfAnOutageAreTrue(Groups groups, long outage) {
        steps.holds(
                "the metric says so: %,d records".formatted(EVENTS),
                Waiting.until(
                        METRIC_MAX,
                        () -> groups.lag("usage-consumer", UsageEvent.TOPIC) == EVENTS
                                && metric("aicredits_topic_lag_records") == EVENTS));
        double age = (System.nanoTime() - outage) / 1e9;
        double metric = metric("aicredits_topic_lag_seconds");
        steps.holds(
                "the metric says how old the oldest is: %.1f s, at most %.1f".formatted(metric, age),
                metric > age - lookAge() - PRODUCED_MAX.toSeconds() && metric <= age + 1);
    }

    private double metric(String name) {
        return Http.metric(
                        system.fleet().one(Service.BILLING_API),
                        name,
                        "topic=\"" + UsageEvent.TOPIC + "\"",
                        "group=\"usage-consumer\"")
                .orElse(Double.NaN);
    }

    private double lookAge() {
        return Http.metric(system.fleet().one(Service.BILLING_API), "aicredits_topic_look_age_seconds")
                .orElse(Double.NaN);
    }

    private void sample(Groups groups, List<ServiceProcess> consumers) {
        // Before the metric: a look that ends in between makes it newer than said, never older.
        double lookAge = lookAge();
        samples.add(new Sample(
                System.nanoTime(),
                groups.lag("usage-consumer", UsageEvent.TOPIC),
                metric("aicredits_topic_lag_records"),
                lookAge,
                consumers.stream().map(ServiceProcess::residentMegabytes).toList()));
    }

    private void judge(long start) {
        // From when the first was taken off: what comes before is the processes' start.
        long first = samples.stream()
                .filter(sample -> sample.brokerLag() < EVENTS)
                .mapToLong(Sample::nanos)
                .findFirst()
                .orElse(start);
        long last = samples.get(samples.size() - 1).nanos();
        long rate = Math.round(EVENTS / ((last - first) / 1e9));
        steps.figure("drain_seconds", Math.round((last - first) / 1e9));
        steps.figure("events_a_second", rate);
        steps.holds("at least %,d events a second".formatted(EVENTS_A_SECOND_MIN), rate >= EVENTS_A_SECOND_MIN);
        long wrong = samples.stream().filter(sample -> !isTrue(sample)).count();
        steps.figure("lag_samples", samples.size());
        steps.figure(
                "lag_metric_age_seconds_max",
                Math.round(samples.stream().mapToDouble(Sample::lookAge).max().orElse(0)));
        steps.holds(
                "the lag metric was the broker's own of the seconds before, in all of them"
                        + (wrong == 0 ? "" : "; wrong: " + wrong),
                wrong == 0);
        memory(samples.stream().filter(sample -> sample.nanos() >= first).toList());
    }

    /** A metric lies between what the broker said since it may have been taken. */
    private boolean isTrue(Sample sample) {
        List<Long> recent = samples.stream()
                .filter(other -> other.nanos() <= sample.nanos()
                        && other.nanos() >= sample.nanos() - LOOK_MAX.toNanos() - (long) (sample.lookAge() * 1e9))
                .map(Sample::brokerLag)
                .toList();
        long low = recent.stream().mapToLong(Long::longValue).min().orElse(0);
        long high = recent.stream().mapToLong(Long::longValue).max().orElse(0);
        // Read after the broker was asked, it may be newer by a batch or two.
        return sample.metricLag() <= high && sample.metricLag() >= low - EVENTS * 0.02;
    }

    private void memory(List<Sample> drained) {
        for (int consumer = 0; consumer < 2; consumer++) {
            int which = consumer;
            long middle = residentMax(drained, which, drained.size() / 3, drained.size() * 2 / 3);
            long end = residentMax(drained, which, drained.size() * 2 / 3, drained.size());
            steps.figure("resident_megabytes_consumer_" + (consumer + 1), end);
            steps.holds(
                    "its memory is flat: %d MB in the middle third, %d MB in the last".formatted(middle, end),
                    end <= RESIDENT_MEGABYTES_MAX && end <= middle * GROWTH_MAX);
        }
    }

    private static long residentMax(List<Sample> samples, int consumer, int from, int to) {
        return samples.subList(from, Math.max(from + 1, to)).stream()
                .mapToLong(sample -> sample.residentMegabytes().get(consumer))
                .max()
                .orElse(0);
    }
}
