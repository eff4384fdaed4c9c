package dev.aicredits.bench;

import dev.aicredits.access.JdbcKeyring;
import dev.aicredits.access.KeyHashes;
import dev.aicredits.bench.PaidSessions.Paid;
import dev.aicredits.bench.PlainHttp.Answer;
import dev.aicredits.ledger.Member.Role;
import dev.aicredits.localstripe.LocalStripe;
import dev.aicredits.localstripe.LocalStripeSettings;
import dev.aicredits.localstripe.WebhookSignature;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Webhooks at a steady rate for orders that the local Stripe has as paid. It is in this JVM, with a schema of its own in the
 * same database: what it takes of the two cores is missing to the worker.
 *
 * <p>Both latencies are from the moment at which a webhook was due, so that one that had to wait for its turn counts the
 * wait: to its answer, and to the commit time of the transaction that wrote its top-up (track_commit_timestamp).
 */
final class CheckoutScenario {

    private static final int PER_SECOND = 200;
    private static final int CLIENTS = 40;
    /** What compiles the worker, the broker and the local Stripe is done by then. */
    private static final Duration WARM_UP = Duration.ofMinutes(2);

    private static final Duration CREDITED_MAX = Duration.ofSeconds(30);
    private static final JsonMapper JSON = new JsonMapper();

    private final BenchSystem system;
    private final Duration duration;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    CheckoutScenario(BenchSystem system, Duration duration) {
        this.system = system;
        this.duration = duration;
    }

    /** Webhooks that were sent: when each was due, and how long its answer took. */
    private record Sent(Map<String, Instant> dueBySession, List<Double> answerMillis) {}

    List<Measurement> run(Workload workload) {
        try (BenchLedger ledger = system.ledger(workload);
                LocalStripe stripe = LocalStripe.start(
                        LocalStripeSettings.of(CheckoutProcess.STRIPE_KEY, ledger.superuser(), system.clock()));
                CheckoutProcess worker = CheckoutProcess.start(system, ledger, stripe.baseUrl())) {
            int warmUps = count(WARM_UP);
            List<Paid> events = paid(warmUps + count(duration), workload, ledger, worker.baseUrl(), stripe);
            system.checkpoint();
            // All credited before it begins: what waits is not the next one's.
            creditMillis(send(events.subList(0, warmUps), worker), ledger);
            CpuSeconds before = system.cpuSeconds().plusConsumer(worker.cpuSeconds());
            Sent sent = send(events.subList(warmUps, events.size()), worker);
            List<Double> creditMillis = creditMillis(sent, ledger);
            CpuSeconds cpu =
                    system.cpuSeconds().plusConsumer(worker.cpuSeconds()).minus(before);
            String note = "CPU µs: " + cpu.perEvent(creditMillis.size());
            return List.of(
                    measurement("webhook answered, at 200/s", sent.answerMillis(), cpu, note),
                    measurement("webhook to committed credit, at 200/s", creditMillis, cpu, ""));
        }
    }

    private static int count(Duration of) {
        return Math.toIntExact(of.toMillis() * PER_SECOND / 1_000);
    }

    private Measurement measurement(String name, List<Double> millis, CpuSeconds cpu, String note) {
        double[] sorted =
                millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return Measurement.ofCalls(
                name, sorted, sorted.length / (double) duration.toSeconds(), cpu.total() * 1e6 / sorted.length, note);
    }

    /** One session is started and paid as a customer does; the others are copies of it. */
    private List<Paid> paid(int sessions, Workload workload, BenchLedger ledger, String workerUrl, LocalStripe stripe) {
        String organizationId = "org_bench_0";
        new JdbcKeyring(ledger.superuser(), new KeyHashes(List.of(CheckoutProcess.PEPPER)))
                .addKey(organizationId, "benchmark", Role.OWNER, CheckoutProcess.KEY);
        HttpRequest start = HttpRequest.newBuilder(URI.create(
                        workerUrl + "/api/v1/organizations/" + organizationId + "/ai-credits/checkout-session"))
                .header("Authorization", "Bearer " + CheckoutProcess.KEY.text())
                .POST(BodyPublishers.ofString("{\"creditAmountUsd\":50}"))
                .build();
        stripe.payments().pay(JSON.readTree(send(start, 201)).path("sessionId").asString());
        HttpRequest events = HttpRequest.newBuilder(
                        URI.create(stripe.baseUrl() + "/v1/events?type=checkout.session.completed"))
                .header("Authorization", "Bearer " + CheckoutProcess.STRIPE_KEY)
                .build();
        JsonNode event = JSON.readTree(send(events, 200)).path("data").path(0);
        return new PaidSessions(ledger, organizationId, event).copies(sessions, workload.organizations());
    }

    private String send(HttpRequest request, int expectedStatus) {
        HttpResponse<String> answer =
                http.sendAsync(request, BodyHandlers.ofString()).join();
        if (answer.statusCode() != expectedStatus) {
            throw new IllegalStateException(request.uri() + " answered " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    /** Sends each when it is due and waits for the last answer. */
    private Sent send(List<Paid> events, CheckoutProcess worker) {
        Map<String, Instant> dueBySession = new ConcurrentHashMap<>();
        double[] millis = SteadyCalls.millis(
                system.clock(),
                PER_SECOND,
                events.size(),
                CLIENTS,
                worker.port(),
                "User-Agent: benchmark",
                (http, number, due) -> {
                    Paid event = events.get(number);
                    dueBySession.put(event.sessionId(), due);
                    Answer answer = http.post("/api/v1/webhooks/stripe", signature(event.event(), due), event.event());
                    if (answer.status() != 200) {
                        throw new IllegalStateException("a webhook was answered " + answer.status());
                    }
                });
        return new Sent(dueBySession, Arrays.stream(millis).boxed().toList());
    }

    private static String signature(String body, Instant now) {
        return "Stripe-Signature: "
                + WebhookSignature.header(body, now.getEpochSecond(), List.of(CheckoutProcess.WEBHOOK_SECRET));
    }

    private record Credit(String sessionId, OffsetDateTime committedAt) {}

    /** Waits until all are credited; from when each was due to the commit of its top-up. */
    private static List<Double> creditMillis(Sent sent, BenchLedger ledger) {
        long deadline = System.nanoTime() + CREDITED_MAX.toNanos();
        while (true) {
            List<Credit> credits = JdbcClient.create(ledger.superuser())
                    .sql("""
                            SELECT checkout_session_id AS session_id, pg_xact_commit_timestamp(xmin) AS committed_at
                              FROM ledger_entry WHERE entry_kind = 2
                            """)
                    .query(Credit.class)
                    .list();
            List<Double> millis = credits.stream()
                    .filter(credit -> sent.dueBySession().containsKey(credit.sessionId()))
                    .map(credit -> ChronoUnit.MICROS.between(
                                    sent.dueBySession().get(credit.sessionId()),
                                    credit.committedAt().toInstant())
                            / 1e3)
                    .toList();
            if (millis.size() == sent.dueBySession().size()) {
                return millis;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        millis.size() + " of " + sent.dueBySession().size() + " webhooks were credited");
            }
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }
}
