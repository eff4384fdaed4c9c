package dev.aicredits.bench;

import dev.aicredits.bench.PlainHttp.Answer;
import dev.aicredits.budget.AgentBudget;
import dev.aicredits.budget.EnforcementMode;
import dev.aicredits.budget.JdbcBudgets;
import dev.aicredits.ledger.AuditFinding;
import dev.aicredits.ledger.JdbcAudit;
import dev.aicredits.ledger.JdbcLedger;
import dev.aicredits.ledger.JdbcOrganizations;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.money.Usd;
import dev.aicredits.schema.LedgerDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.DoubleStream;
import javax.sql.DataSource;

/**
 * Clients that reserve as fast as they are answered, over HTTP, all of them of one agent's budget. Every hold takes room of
 * the same two layers, the agent pool and the organization's credits, so none can be decided without the one before.
 */
final class HoldScenario {

    private static final String ORGANIZATION = "org_bench_0";
    private static final String AGENT = "ag_bench";
    private static final String HOLDS = "/api/v1/organizations/" + ORGANIZATION + "/holds";
    private static final String AMOUNT = "0.01";
    private static final Usd CREDITS = Usd.of("1000000");
    private static final int USERS = 5;

    private final BenchSystem system;
    private final int clients;
    private final Duration duration;
    private final Clock clock;

    HoldScenario(BenchSystem system, int clients, Duration duration) {
        this.system = system;
        this.clock = system.clock();
        this.clients = clients;
        this.duration = duration;
    }

    /** What a client does over and over; answers the milliseconds of each call. */
    private interface Turn {
        double[] run(PlainHttp http, String body) throws IOException;
    }

    /** Holds alone, then holds that are released again, then what the audit says. */
    List<Measurement> run(Workload workload) {
        try (BenchLedger ledger = system.ledger(workload)) {
            DataSource app = ledger.dataSource(LedgerDatabase.APP_ROLE);
            new JdbcOrganizations(app, clock).registerAgent(ORGANIZATION, AGENT, "Benchmark", null);
            new JdbcLedger(app, clock)
                    .book(NewEntry.adjustment(
                            ORGANIZATION, CREDITS, UUID.randomUUID(), clock.instant(), "for the benchmark"));
            new JdbcBudgets(app, clock)
                    .changePolicy(
                            ORGANIZATION,
                            AGENT,
                            before -> new AgentBudget(
                                    true, CREDITS.nanos(), CREDITS.nanos(), null, EnforcementMode.HARD_BLOCK));
            try (ApiProcess api = ApiProcess.start(system, ledger, ORGANIZATION)) {
                return measured(ledger, api, app);
            }
        }
    }

    private List<Measurement> measured(BenchLedger ledger, ApiProcess api, DataSource app) {
        // Released again: an organization may have a hundred thousand open, and the measured ones stay.
        // Twice as long, until the JVM has compiled what it will.
        int warmUps = 0;
        for (int i = 0; i < 2; i++) {
            warmUps += load(api, HoldScenario::reserveAndRelease).length / 2;
        }
        system.checkpoint();
        Measurement reserved = measure("holds on one budget, " + clients + " clients", api, HoldScenario::reserve);
        Measurement released =
                measure("holds and their releases, " + clients + " clients", api, HoldScenario::reserveAndRelease);
        long made = ledger.number("SELECT count(*) FROM hold");
        if (made != warmUps + reserved.events() + released.events() / 2) {
            throw new IllegalStateException("not every answer stands for a hold: there are " + made);
        }
        List<AuditFinding> findings = new JdbcAudit(app).run();
        if (!findings.isEmpty()) {
            throw new IllegalStateException("the holds have drifted: " + findings);
        }
        return List.of(reserved, released);
    }

    private Measurement measure(String name, ApiProcess api, Turn turn) {
        CpuSeconds before = system.cpuSeconds().plusConsumer(api.cpuSeconds());
        double[] millis = load(api, turn);
        CpuSeconds cpu = system.cpuSeconds().plusConsumer(api.cpuSeconds()).minus(before);
        Arrays.sort(millis);
        return Measurement.ofCalls(
                name,
                millis,
                millis.length / (double) duration.toSeconds(),
                cpu.total() * 1e6 / millis.length,
                "calls, each on time from its sending to its answer; CPU µs: %s; no drift"
                        .formatted(cpu.perEvent(millis.length)));
    }

    /** All clients at once for the whole duration; the milliseconds of each call. */
    private double[] load(ApiProcess api, Turn turn) {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<CompletableFuture<double[]>> running = new ArrayList<>();
            long end = System.nanoTime() + duration.toNanos();
            for (int client = 0; client < clients; client++) {
                String body = "{\"agentId\":\"" + AGENT + "\",\"externalUserId\":\"user_" + client % USERS
                        + "\",\"amountUsd\":" + AMOUNT + "}";
                running.add(CompletableFuture.supplyAsync(() -> client(api, turn, body, end), threads));
            }
            return running.stream()
                    .map(CompletableFuture::join)
                    .flatMapToDouble(Arrays::stream)
                    .toArray();
        } finally {
            threads.shutdown();
        }
    }

    private static double[] client(ApiProcess api, Turn turn, String body, long end) {
        DoubleStream.Builder millis = DoubleStream.builder();
        try (PlainHttp http = new PlainHttp(api.port(), api.authorization())) {
            while (System.nanoTime() < end) {
                Arrays.stream(turn.run(http, body)).forEach(millis);
            }
            return millis.build().toArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double[] reserve(PlainHttp http, String body) throws IOException {
        long start = System.nanoTime();
        require(http.post(HOLDS, body), 201);
        return new double[] {since(start)};
    }

    private static double[] reserveAndRelease(PlainHttp http, String body) throws IOException {
        long start = System.nanoTime();
        Answer made = require(http.post(HOLDS, body), 201);
        double reserved = since(start);
        int id = made.body().indexOf("\"holdId\":\"") + 10;
        start = System.nanoTime();
        require(http.post(HOLDS + "/" + made.body().substring(id, id + 36) + "/release", ""), 200);
        return new double[] {reserved, since(start)};
    }

    private static double since(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e6;
    }

    private static Answer require(Answer answer, int status) {
        if (answer.status() != status) {
            throw new IllegalStateException("a call was answered " + answer.status() + " " + answer.body());
        }
        return answer;
    }
}
