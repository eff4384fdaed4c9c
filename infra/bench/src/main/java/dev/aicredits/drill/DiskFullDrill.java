package dev.aicredits.drill;

import dev.aicredits.bench.EventSource;
import dev.aicredits.bench.ObedientPlatform;
import dev.aicredits.bench.Workload;
import dev.aicredits.usage.UsageEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The disk under the database is full, then the one under the broker; room is made each time. */
final class DiskFullDrill {

    private static final int DISK_MEGABYTES = 1_000;
    private static final int PER_SECOND = 1_000;
    private static final Workload WORKLOAD = new Workload(100, 10, 5, 0);
    private static final long LIMIT_NANOS_MAX = 400_000_000;
    private static final Duration PART = Duration.ofSeconds(15);
    private static final Duration FULL = Duration.ofSeconds(20);
    private static final Duration ALARM_MAX = Duration.ofMinutes(1);
    private static final Duration BACK_MAX = Duration.ofSeconds(30);
    private static final Duration BOOKED_MAX = Duration.ofMinutes(2);

    /** Of a service that can do nothing: a line for each try, and tries are seconds apart. */
    private static final long LOG_LINES_A_SECOND_MAX = 20;

    /** PostgreSQL's code for it, in a line of ours. */
    private static final String DISK_FULL = "will be tried again: PSQLException 53100";

    private final DrillSystem system;
    private final Steps steps;
    private final ObedientPlatform platform;
    private final Path postgresDisk;
    private final Path kafkaDisk;
    private final Set<UUID> acknowledged = new HashSet<>();
    private int seed;

    private DiskFullDrill(
            DrillSystem system, Steps steps, ObedientPlatform platform, Path postgresDisk, Path kafkaDisk) {
        this.system = system;
        this.steps = steps;
        this.platform = platform;
        this.postgresDisk = postgresDisk;
        this.kafkaDisk = kafkaDisk;
    }

    static void run(Clock clock, Scratch scratch, Steps steps) {
        Path postgresDisk = scratch.smallDisk("postgres-disk", DISK_MEGABYTES);
        Path kafkaDisk = scratch.smallDisk("kafka-disk", DISK_MEGABYTES);
        DrillSystem.Plan plan = new DrillSystem.Plan(
                postgresDisk.resolve("postgres"),
                Map.of("max_wal_size", "128MB", "min_wal_size", "32MB", "shared_buffers", "64MB"),
                kafkaDisk.resolve("kafka"),
                RollingDrill.QUICK_GROUPS,
                WORKLOAD,
                LIMIT_NANOS_MAX);
        Instant began = clock.instant();
        try (DrillSystem system = DrillSystem.start(clock, scratch, plan, steps)) {
            system.startServices(steps, 1, 1, 1, 1);
            try (ObedientPlatform platform = system.obedientPlatform();
                    Customers customers = system.customers(Duration.ofSeconds(1))) {
                DiskFullDrill drill = new DiskFullDrill(system, steps, platform, postgresDisk, kafkaDisk);
                drill.underLoad(drill::database);
                drill.settle();
                drill.underLoad(drill::broker);
                customers.close();
                Verdict verdict = new Verdict(system, steps);
                Tally tally = drill.settle();
                steps.holds(
                        "customers got no wrong answers: " + customers.misses().surprises(),
                        customers.misses().surprises().isEmpty());
                verdict.stopped(tally, platform);
                verdict.purchases(customers.paid().keySet(), began);
                verdict.clean();
                verdict.acknowledged();
            }
        }
    }

    private Tally settle() {
        return new Verdict(system, steps).exactlyOnce(List.of(Set.copyOf(acknowledged)), BOOKED_MAX);
    }

    private void underLoad(Runnable trouble) {
        UsageLoad load = UsageLoad.start(
                system.bootstrapServers(),
                new EventSource(system.clock(), UsageEvent.TOPIC, WORKLOAD, ++seed, platform::mayRun),
                PER_SECOND);
        try (load) {
            Waiting.pass(PART);
            trouble.run();
            Waiting.pass(PART);
        }
        acknowledged.addAll(load.acknowledged());
        steps.figure("given_up_by_the_producer_" + seed, load.refused());
    }

    private void database() {
        ServiceProcess consumer = system.fleet().one(Service.USAGE_CONSUMER);
        Filler filler = new Filler(postgresDisk);
        long linesBefore = consumer.logged(line -> true);
        long start = System.nanoTime();
        filler.fill();
        steps.step("the database's disk is full");
        steps.holds("metric: aicredits_usage_failures_total rises", Waiting.until(ALARM_MAX, () -> {
            filler.fill();
            return Http.metric(consumer, "aicredits_usage_failures_total").orElse(0) > 0;
        }));
        steps.figure("database_alarm_seconds", (System.nanoTime() - start) / 1_000_000_000);
        steps.holds("health: the consumer's is DOWN", Waiting.until(ALARM_MAX, () -> !Http.health(consumer, "")
                .equals("UP")));
        steps.step("health, and readiness, of " + consumer.name() + ": " + Http.health(consumer, "") + ", "
                + Http.health(consumer, "/readiness") + "; liveness " + Http.health(consumer, "/liveness"));
        long full = System.nanoTime();
        Waiting.pass(FULL);
        long seconds = Math.max(1, (System.nanoTime() - full) / 1_000_000_000);
        long lines = consumer.logged(line -> true) - linesBefore;
        steps.step("its first line about it: " + consumer.firstLogged(line -> line.contains(DISK_FULL)));
        steps.holds(
                "log: lines, and not more than %d a second (%d in %d s)"
                        .formatted(LOG_LINES_A_SECOND_MAX, lines, seconds),
                consumer.logged(line -> line.contains(DISK_FULL)) > 0
                        && lines <= LOG_LINES_A_SECOND_MAX * (seconds + ALARM_MAX.toSeconds()));
        steps.holds("no service has ended", system.fleet().all().stream().allMatch(ServiceProcess::isAlive));
        filler.remove();
        steps.step("there is room again");
        if (!Waiting.until(BACK_MAX, this::databaseAnswers)) {
            steps.step("the database has ended over it, and is started");
            system.startPostgres(postgresDisk.resolve("postgres"), Map.of());
        }
        steps.holds("the database answers", Waiting.until(BACK_MAX, this::databaseAnswers));
        steps.holds(
                "the consumer's health is UP again, by itself",
                Waiting.until(ALARM_MAX, () -> Http.health(consumer, "").equals("UP")));
    }

    private boolean databaseAnswers() {
        try {
            return JdbcClient.create(system.ledger().owner())
                            .sql("SELECT 1")
                            .query(Long.class)
                            .single()
                    == 1;
        } catch (DataAccessException e) {
            return false;
        }
    }

    private void broker() {
        ServiceProcess api = system.fleet().one(Service.BILLING_API);
        Filler filler = new Filler(kafkaDisk);
        long start = System.nanoTime();
        filler.fill();
        steps.step("the broker's disk is full");
        steps.holds("metric: aicredits_topic_look_age_seconds rises over 20 s", Waiting.until(ALARM_MAX, () -> {
            if (system.broker().isAlive()) {
                filler.fill();
            }
            return Http.metric(api, "aicredits_topic_look_age_seconds").orElse(0) > 20;
        }));
        steps.figure("broker_alarm_seconds", (System.nanoTime() - start) / 1_000_000_000);
        steps.step("the broker " + (system.broker().isAlive() ? "runs" : "has ended") + "; its last line: "
                + lastLine(system.brokerLog()));
        Http.Answer answer = Http.post(
                api.url() + DrillSystem.ORGANIZATION_PATH + "/usage-events",
                system.secrets().owner().text(),
                "application/cloudevents+json",
                new String(
                        new EventSource(system.clock(), UsageEvent.TOPIC, new Workload(1, 10, 5, 0), 99)
                                .next()
                                .value(),
                        java.nio.charset.StandardCharsets.UTF_8),
                "");
        steps.holds("usage over HTTP is answered 503, not accepted: " + answer.status(), answer.status() == 503);
        steps.step("health of " + api.name() + ": " + Http.health(api, ""));
        steps.holds("no service has ended", system.fleet().all().stream().allMatch(ServiceProcess::isAlive));
        filler.remove();
        steps.step("there is room again");
        if (!system.broker().isAlive()) {
            system.startBroker();
            steps.step("the broker is started");
        }
    }

    private static String lastLine(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return lines.isEmpty() ? "none" : lines.get(lines.size() - 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
