package dev.aicredits.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicredits.schema.LedgerDatabase;
import dev.aicredits.testkit.DistributionFile;
import dev.aicredits.testkit.DistributionFile.Kind;
import dev.aicredits.testkit.DocumentedTopics;
import dev.aicredits.testkit.TopicReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** What a running {@code infra/up} offers whoever looks at it from outside. */
@TestMethodOrder(OrderAnnotation.class)
class UpTest {
    private static final String PRODUCERS_SPAN = "00f067aa0ba902b7";
    private static final int ATTEMPTS_MAX = 5;
    private static final Duration SECONDS = Duration.ofSeconds(20);

    @TempDir
    static Path folder;

    private static final OtlpReceiver COLLECTOR = OtlpReceiver.start();

    /** What is asked of all organizations at once, by a part of its text, and why that may be. */
    private static final Map<String, String> OF_ALL_ORGANIZATIONS = Map.of(
            "SELECT DISTINCT organization_id FROM enforcement WHERE published_version < version",
            "the enforcer's sweep: of each organization, whether there is something to look at",
            "SELECT * FROM budget_alert WHERE published_at IS NULL",
            "alerts that are not published, by an index of just these",
            "SELECT count(*) AS signals, min(decided_at) AS oldest FROM enforcement",
            "a gauge: how many signals wait, by an index of just these",
            "SELECT count(stop_published_at) AS signals, min(stop_published_at) AS oldest FROM incident",
            "a gauge: how many stops nobody has acknowledged, by an index of just these",
            "SELECT paid_at FROM checkout_session WHERE state = 'review'",
            "a gauge: what waits longest for a person, by an index of just these",
            "SELECT paid_at FROM plan_order WHERE state = 'review'",
            "the same of plans",
            "WITH candidate AS ( SELECT organization_id, entry_seq FROM ledger_entry WHERE entry_kind <> 1",
            "the reconciliation of a period, which an operator asks for; the ledger's part is read by two indexes");

    private static UpRun up;
    private static StatementLog statements;

    @BeforeAll
    static void start() throws Exception {
        up = UpRun.start(folder.resolve("data"), 50, "--otlp", COLLECTOR.url());
        statements = StatementLog.of(folder.resolve("data"), DemoEnv.jdbcUrl(folder.resolve("data")));
    }

    /** With traffic and after all that the tests did to it, which a stop must not hang on. */
    @AfterAll
    static void stopsInOrderOnSigterm() {
        try (COLLECTOR;
                UpRun running = up) {
            assertThat(running.terminate()).isEqualTo(143);
            assertThat(running.hasPostgres()).isFalse();
        }
    }

    @Test
    void saysThatItIsReady() {
        assertThat(up.readyLine()).matches("Ready after [0-9]+\\.[0-9] s\\..*");
    }

    @Test
    void theDocumentsOfTheApiAndOfTheTopicsAreServed() throws Exception {
        String url = up.demoEnv().get("AICREDITS_URL");
        HttpClient http = HttpClient.newHttpClient();
        for (String document : List.of("/openapi.json", "/asyncapi.yaml")) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(url + document)).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("AI Credits");
        }
    }

    @Test
    void demoEnvIsAllThatAClientNeeds() throws Exception {
        String event = """
                {"specversion":"1.0","id":"up-test","source":"/test","type":"dev.aicredits.agent.usage.v1",
                 "subject":"ag_support","time":"%s","data":{"organizationId":"org_acme",
                 "agentId":"ag_support","externalUserId":"user_of_up_test","kind":"inference",
                 "provider":"openai","model":"gpt-4o-mini","inputTokens":1000,"outputTokens":500}}
                """.formatted(Instant.now());
        up.send("org_acme", List.of(event));
        // Once more by the other way, and another that comes by it alone.
        String another = event.replace("up-test", "up-test-http").replace("user_of_up_test", "user_of_up_test_http");
        assertThat(up.post("org_acme", "/usage-events", "[" + event + "," + another + "]"))
                .startsWith("{\"accepted\":2,");
        // 1,000 x 0.15 USD and 500 x 0.60 USD a million tokens.
        await().atMost(SECONDS).untilAsserted(() -> assertThat(up.query("""
                        SELECT external_user_id, amount_nanos FROM ledger_statement
                         WHERE external_user_id LIKE 'user_of_up_test%' ORDER BY 1
                        """))
                .containsExactly(List.of("user_of_up_test", "-450000"), List.of("user_of_up_test_http", "-450000")));
    }

    /** From who sent the event to who obeyed, over three topics and whichever batches it was in. */
    @Test
    void oneTraceLeadsFromTheEventToTheStopAndToItsAcknowledgement() throws Exception {
        String trace = tracedStop();

        await("the whole trace is there").atMost(SECONDS).untilAsserted(() -> assertThat(COLLECTOR.ofTrace(trace))
                .extracting(OtlpReceiver.Received::name)
                .contains(
                        "process agent.usage.v1",
                        "process billing.ledger.v1",
                        "decide",
                        "send agent.control.v1",
                        "process agent.control-acks.v1"));
        OtlpReceiver.Received booking = span(trace, "process agent.usage.v1");
        assertThat(booking.parentId()).isEqualTo(PRODUCERS_SPAN);
        assertThat(booking.links()).contains(trace);
        assertThat(span(trace, "process billing.ledger.v1").parentId()).isEqualTo(booking.spanId());
        OtlpReceiver.Received send = span(trace, "send agent.control.v1");
        assertThat(send.texts()).contains("aicredits.signal", "stop", "agent_budget_exhausted");
        assertThat(span(trace, "process agent.control-acks.v1").parentId()).isEqualTo(send.spanId());
    }

    /** Has an agent of its own stopped by a traced event; returns the trace, in which the signal was sent. */
    private static String tracedStop() throws Exception {
        String brokers = up.demoEnv().get("KAFKA_BOOTSTRAP_SERVERS");
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            String agent = "ag_traced_" + attempt;
            String trace = "%032x".formatted(0xABCDE0 + attempt);
            sendUsage(agent, "before", null);
            await("the agent is known").atMost(SECONDS).until(() -> !up.query(
                            "SELECT 1 FROM ledger_statement WHERE agent_id = '" + agent + "'")
                    .isEmpty());
            // An event is 0.00045 USD, more than half of it: the alert says that the budget is known to the enforcer.
            up.call("PATCH", "/organizations/org_globex/agents/" + agent + "/budget", "{\"monthlyBudgetUsd\":0.0006}");
            await("the budget is looked at").atMost(SECONDS).until(() -> !up.query(
                            "SELECT 1 FROM budget_alert_statement WHERE agent_id = '" + agent + "'")
                    .isEmpty());
            sendUsage(agent, "traced", "00-" + trace + "-" + PRODUCERS_SPAN + "-01");
            String key = "org_globex/agents/" + agent;
            await("it is stopped").atMost(SECONDS).until(() -> !signals(brokers, key)
                    .isEmpty());
            // On a busy machine a sweep may be the first to see what was booked, and that has no trace.
            if (TopicReader.header(signals(brokers, key).get(0), "traceparent") != null) {
                assertThat(TopicReader.header(signals(brokers, key).get(0), "traceparent"))
                        .matches("00-" + trace + "-[0-9a-f]{16}-01");
                return trace;
            }
        }
        throw new AssertionError("no stop of " + ATTEMPTS_MAX + " has a trace");
    }

    private static List<ConsumerRecord<byte[], byte[]>> signals(String brokers, String key) {
        return TopicReader.read(brokers, "agent.control.v1").stream()
                .filter(record -> new String(record.key(), StandardCharsets.UTF_8).equals(key))
                .toList();
    }

    @Test
    void aPurchaseIsTracedFromTheRequestToStripeAndNoSecretIsInAnySpan() throws Exception {
        up.pay(up.startCheckout("org_acme", 5));

        await("the call to Stripe is there").atMost(SECONDS).until(() -> COLLECTOR.all().stream()
                .anyMatch(span -> span.name().equals("stripe session_create")));
        OtlpReceiver.Received call = COLLECTOR.all().stream()
                .filter(span -> span.name().equals("stripe session_create"))
                .findFirst()
                .orElseThrow();
        await("so are its request and the webhook that came of it")
                .atMost(SECONDS)
                .untilAsserted(() -> {
                    assertThat(COLLECTOR.ofTrace(call.traceId()))
                            .extracting(OtlpReceiver.Received::spanId)
                            .contains(call.parentId());
                    assertThat(COLLECTOR.all())
                            .extracting(OtlpReceiver.Received::name)
                            .contains("process stripe.events.v1", "stripe session_read");
                });
        List<String> secrets = up.demoEnv().entrySet().stream()
                .filter(variable -> variable.getKey().endsWith("_KEY"))
                .map(Map.Entry::getValue)
                .toList();
        assertThat(secrets).isNotEmpty();
        assertThat(COLLECTOR.all())
                .noneMatch(span -> span.name().contains("/actuator"))
                .allSatisfy(span -> assertThat(span.texts())
                        .doesNotContain(secrets)
                        .doesNotContain("whsec_", "sk_test", "user_ada"));
    }

    private static OtlpReceiver.Received span(String trace, String name) {
        return COLLECTOR.ofTrace(trace).stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void sendUsage(String agent, String id, String traceparent) throws Exception {
        String event = """
                {"specversion":"1.0","id":"%s","source":"/test/%s","type":"dev.aicredits.agent.usage.v1",%s
                 "subject":"%s","time":"%s","data":{"organizationId":"org_globex",
                 "agentId":"%s","kind":"inference",
                 "provider":"openai","model":"gpt-4o-mini","inputTokens":1000,"outputTokens":500}}
                """.formatted(
                        id,
                        agent,
                        traceparent == null ? "" : "\"traceparent\":\"" + traceparent + "\",",
                        agent,
                        Instant.now(),
                        agent);
        up.send("org_globex", List.of(event));
    }

    /** Every metric of ours, and of others those that alerts and dashboards use. */
    @Test
    void theMetricsAreTheDocumentedOnes() throws Exception {
        Map<String, Metric> documented = Metric.documented();
        up.startCheckout("org_acme", 5);
        await("groups and sweeps are there").atMost(SECONDS).untilAsserted(() -> {
            Map<String, Metric> told = Metric.told(up.metrics());
            Map<String, Metric> ours = new TreeMap<>(told);
            ours.values().removeIf(metric -> !metric.isOurs() && !documented.containsKey(metric.name()));
            assertThat(ours).isEqualTo(documented);
        });
    }

    /** Elsewhere, OpenMetrics has no place for them, and Prometheus refuses all of the page. */
    @Test
    void tracesAreNamedBesideBucketsAndCountersAlone() throws Exception {
        tracedStop();

        await("a trace is named").atMost(SECONDS).untilAsserted(() -> assertThat(up.openMetrics()
                        .lines()
                        .filter(line -> line.contains(" # {"))
                        .map(line -> line.replaceAll("[{ ].*", "")))
                .isNotEmpty()
                .allMatch(name -> name.endsWith("_bucket") || name.endsWith("_total")));
    }

    /** Simulated traffic has consumers, and all of them keep up; the ledger is right. */
    @Test
    void lagAndAuditAreTold() {
        await().atMost(SECONDS).untilAsserted(() -> assertThat(up.metrics())
                .containsPattern(
                        "(?m)^aicredits_topic_lag_seconds\\{group=\"usage-consumer\",topic=\"agent.usage.v1\"} \\d")
                .containsPattern("(?m)^aicredits_topic_records\\{topic=\"agent.usage.v1-dlt\"} \\d")
                .containsPattern("(?m)^aicredits_audit_organizations_total [1-9]")
                .containsPattern("(?m)^aicredits_audit_differences 0.0$")
                .containsPattern("(?m)^aicredits_audit_failures_total 0.0$"));
    }

    @Test
    void simulatedTrafficIsDebitedToBothOrganizations() {
        await().atMost(SECONDS).untilAsserted(() -> assertThat(up.query("""
                        SELECT organization_id FROM ledger_statement WHERE entry_kind = 'usage'
                         GROUP BY 1 HAVING count(DISTINCT usage_kind) = 3 ORDER BY 1
                        """))
                .containsExactly(List.of("org_acme"), List.of("org_globex")));
    }

    @Test
    void creditsAreBoughtThroughTheLocalStripe() throws Exception {
        String session = up.startCheckout("org_acme", 25);
        up.pay(session);
        await().atMost(SECONDS).untilAsserted(() -> assertThat(up.query(
                        "SELECT amount_nanos FROM ledger_statement WHERE checkout_session_id = '" + session + "'"))
                .containsExactly(List.of("25000000000")));
        await("Stripe, orders and ledger agree").atMost(SECONDS).until(() -> reconcile() == 0);
    }

    /** The plan of the API, bought by the worker's checkout: the limit rises, and falls with the subscription's end. */
    @Test
    void aPlanIsBoughtThroughTheLocalStripeAndEndsWithItsSubscription() throws Exception {
        String lowered = "{\"planKey\":\"mcp_hosting_free\",\"reason\":\"to be bought\"}";
        assertThat(up.call("PUT", "/operator/organizations/org_globex/mcp-hosting/plan", lowered))
                .contains("\"planKey\":\"mcp_hosting_free\"");
        String started =
                up.post("org_globex", "/mcp-hosting/billing/checkout-session", "{\"planKey\":\"mcp_hosting_team\"}");
        up.pay(started.replaceFirst("(?s).*\"sessionId\" *: *\"([^\"]+)\".*", "$1"));
        awaitPlan("team", 10);

        String subscription = up.query("SELECT subscription_id FROM plan_order_statement WHERE state = 'active'")
                .get(0)
                .get(0);
        up.control("/subscriptions/" + subscription + "/cancel");
        awaitPlan("free", 1);
    }

    private static void awaitPlan(String tier, int servers) {
        String inForce = "\\{\"planKey\":\"mcp_hosting_" + tier + "\",\"planName\":\"\\w+\",\"planTier\":\"" + tier
                + "\",\"hostedServersUsed\":\\d+,\"hostedServersLimit\":" + servers + ",.*";
        await().atMost(SECONDS)
                .untilAsserted(() -> assertThat(up.call("GET", "/organizations/org_globex/mcp-hosting/usage", ""))
                        .matches(inForce));
    }

    /** Those that the services and the simulated platform wrote until now, whatever the order of tests. */
    @Test
    void everyRecordIsWhatTheDocumentOfTheTopicsSays() throws Exception {
        String brokers = up.demoEnv().get("KAFKA_BOOTSTRAP_SERVERS");
        DocumentedTopics documented = DocumentedTopics.load();
        up.pay(up.startCheckout("org_acme", 5));
        for (String topic : List.of("agent.usage.v1", "billing.ledger.v1", "stripe.events.v1")) {
            await(topic).atMost(SECONDS).until(() -> !TopicReader.read(brokers, topic)
                    .isEmpty());
        }
        for (JsonNode channel : documented.document().path("channels")) {
            String topic = channel.path("address").asString();
            assertThat(TopicReader.read(brokers, topic))
                    .allSatisfy(record -> assertThat(documented.problems(topic, record))
                            .as(topic)
                            .isEmpty());
        }
    }

    /** As the database's server saw them, those of all tests here too: bookings, the enforcer's looks, holds, what is read of the ledger. */
    @Test
    @Order(Integer.MAX_VALUE)
    void theStatementsOfTheHotPathNameTheirOrganization() throws Exception {
        OrganizationScope scope = new OrganizationScope(DistributionFile.load().tables(Kind.DISTRIBUTED));
        up.post("org_acme", "/holds", "{\"agentId\":\"ag_support\",\"amountUsd\":0.01}");
        for (String read : List.of("ai-credits/summary", "ai-credits/ledger", "agents", "incidents")) {
            assertThat(up.call("GET", "/organizations/org_acme/" + read, "")).doesNotContain("\"code\":");
        }
        await().atMost(SECONDS).untilAsserted(() -> {
            List<String> seen = statements.of(LedgerDatabase.APP_ROLE);
            assertThat(List.of(
                            "COPY ledger_entry",
                            "UPDATE organization_balance",
                            "UPDATE agent_spend",
                            "UPDATE external_user_spend",
                            "UPDATE daily_total_progress",
                            "INSERT INTO agent_daily_total",
                            "INSERT INTO hold",
                            "INTO held",
                            "enforcement",
                            "FROM ledger_entry e",
                            "FROM agent_daily_spend"))
                    .allSatisfy(part ->
                            assertThat(seen).anySatisfy(sql -> assertThat(sql).contains(part)));
        });
        assertThat(statements.of(LedgerDatabase.APP_ROLE).stream()
                        .map(sql -> sql.replaceAll("\\s+", " ").strip())
                        .filter(sql -> !scope.unscoped(sql).isEmpty())
                        .filter(sql -> OF_ALL_ORGANIZATIONS.keySet().stream().noneMatch(sql::contains))
                        .distinct())
                .isEmpty();
    }

    private static int reconcile() throws IOException {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        return new CommandLine(new Reconcile(up.demoEnv(), System.out, System.err))
                .execute("--from=" + today.minusDays(1), "--to=" + today.plusDays(1));
    }

    @Test
    void dataFolderAndItsSecretsArePrivate() throws IOException {
        Path data = folder.resolve("data");
        assertThat(permissions(data)).isEqualTo("rwx------");
        assertThat(permissions(data.resolve("demo.env"))).isEqualTo("rw-------");
        assertThat(permissions(data.resolve("passwords.properties"))).isEqualTo("rw-------");
        assertThat(permissions(data.resolve("keys.properties"))).isEqualTo("rw-------");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void databaseUrlReadsTheViewsOnly() {
        assertThat(failureOf("SELECT * FROM ledger_entry")).contains("permission denied");
        assertThat(failureOf("SELECT nothing FROM trial_balance")).contains("\"nothing\" does not exist");
    }

    private static String failureOf(String sql) {
        try {
            return "succeeded: " + up.query(sql);
        } catch (JdbcQuery.FailedException e) {
            return e.getMessage();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void secondOneOnTheSameDataFolderIsRefusedInOneLine() throws Exception {
        UpRun.Ended refusal = UpRun.refused(folder.resolve("data"));
        assertThat(refusal.exitCode()).isEqualTo(1);
        assertThat(refusal.lines()).singleElement().asString().contains("in use by another process");
        assertThat(up.demoEnv()).containsKey("DATABASE_URL");
    }
}
