package dev.aicredits.drill;

import dev.aicredits.bench.EventSource;
import dev.aicredits.bench.ObedientPlatform;
import dev.aicredits.bench.Workload;
import dev.aicredits.usage.UsageEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Every service is restarted, one instance after the other, twice by SIGTERM or once by SIGKILL, under 2,000 events a second with a platform that obeys,
 * people who buy and clients of the API.
 */
final class RollingDrill {

    private static final int PER_SECOND = 2_000;
    private static final Workload WORKLOAD = new Workload(100, 10, 5, 0);
    private static final Duration WARM_UP = Duration.ofSeconds(60);
    private static final Duration BETWEEN = Duration.ofSeconds(2);
    private static final Duration READY_MAX = Duration.ofMinutes(1);
    private static final Duration STOP_MAX = Duration.ofSeconds(5);
    private static final Duration PURCHASE_EVERY = Duration.ofSeconds(1);

    /** With these, half of the agents use up their budgets in the time that it takes. */
    private static final long LIMIT_NANOS_MAX = 800_000_000;

    private static final int SESSION_TIMEOUT_MS = 3_000;

    /** What the operator's guide asks of workers: how long partitions wait for one that was killed. */
    static final String QUICK_SESSIONS = "--spring.kafka.consumer.properties.session.timeout.ms=" + SESSION_TIMEOUT_MS;

    /** And of the broker, which refuses shorter ones than this. */
    static final List<String> QUICK_GROUPS = List.of("group.min.session.timeout.ms=" + SESSION_TIMEOUT_MS);

    /** How a process is ended. */
    enum By {
        SIGTERM(2),
        SIGKILL(1);

        private final int rounds;

        By(int rounds) {
            this.rounds = rounds;
        }
    }

    private RollingDrill() {}

    static void run(Clock clock, Scratch scratch, Steps steps, By by) {
        DrillSystem.Plan plan = new DrillSystem.Plan(
                scratch.folder("postgres"),
                Map.of("shared_buffers", "512MB"),
                scratch.folder("kafka"),
                QUICK_GROUPS,
                WORKLOAD,
                LIMIT_NANOS_MAX);
        Instant began = clock.instant();
        try (DrillSystem system = DrillSystem.start(clock, scratch, plan, steps)) {
            system.startServices(steps, 2, 2, 1, 1);
            Verdict verdict = new Verdict(system, steps);
            try (ObedientPlatform platform = system.obedientPlatform()) {
                UsageLoad load = UsageLoad.start(
                        system.bootstrapServers(),
                        new EventSource(clock, UsageEvent.TOPIC, WORKLOAD, 1, platform::mayRun),
                        PER_SECOND);
                Customers customers = system.customers(PURCHASE_EVERY);
                ApiClients clients = ApiClients.start(
                        system.fleet().one(Service.BILLING_API).url() + DrillSystem.ORGANIZATION_PATH,
                        system.secrets().owner().text(),
                        new EventSource(
                                clock,
                                UsageEvent.TOPIC,
                                new Workload(1, WORKLOAD.agentsPerOrganization(), WORKLOAD.usersPerAgent(), 0),
                                2,
                                platform::mayRun));
                try (load;
                        customers;
                        clients) {
                    Waiting.pass(WARM_UP);
                    steps.step(
                            "warm at %,d events a second; slowest of %s".formatted(PER_SECOND, slowest(platform, 0)));
                    // Six cold processes on the cores at once are a first start, not a restart.
                    platform.forgetLatencies();
                    for (int round = 1; round <= by.rounds; round++) {
                        for (ServiceProcess instance : system.fleet().all()) {
                            restart(instance, by, round, platform, steps);
                        }
                    }
                    Waiting.pass(BETWEEN);
                }
                steps.step("no more load");
                steps.holds("the producer gave up no event", load.refused() == 0);
                steps.holds(
                        "clients got no wrong answers: " + customers.misses().surprises()
                                + clients.misses().surprises(),
                        customers.misses().surprises().isEmpty()
                                && clients.misses().surprises().isEmpty());
                steps.figure("answers", clients.answered());
                steps.figure(
                        "tries_while_away",
                        customers.misses().away() + clients.misses().away());
                Tally tally = verdict.exactlyOnce(List.of(load.acknowledged(), clients.accepted()), READY_MAX);
                verdict.stopped(tally, platform);
                verdict.inTime(platform, STOP_MAX);
                verdict.purchases(customers.paid().keySet(), began);
                verdict.clean();
                verdict.acknowledged();
            }
        }
    }

    private static void restart(ServiceProcess instance, By by, int round, ObedientPlatform platform, Steps steps) {
        int stopsBefore = platform.latencies().length;
        long start = System.nanoTime();
        boolean byItself = true;
        if (by == By.SIGKILL) {
            instance.kill();
        } else {
            byItself = instance.stop();
        }
        double stopped = (System.nanoTime() - start) / 1e9;
        instance.startAgain();
        boolean ready = Waiting.until(
                READY_MAX, () -> Http.health(instance, "/readiness").equals("UP"));
        double serving = (System.nanoTime() - start) / 1e9;
        Waiting.pass(BETWEEN);
        steps.step(String.format(
                Locale.ROOT,
                "round %d, %s: %s, gone after %.1f s, serves after %.1f s; slowest of %s",
                round,
                instance.name(),
                by,
                stopped,
                serving,
                slowest(platform, stopsBefore)));
        if (!byItself || !ready) {
            steps.holds(instance.name() + " ends when it is asked to, and serves again", false);
        }
    }

    private static String slowest(ObedientPlatform platform, int stopsBefore) {
        double[] millis = platform.latencies();
        return String.format(
                Locale.ROOT,
                "%d stops %.0f ms",
                millis.length - stopsBefore,
                Arrays.stream(millis).skip(stopsBefore).max().orElse(0));
    }
}
