package dev.aicredits.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicredits.embedded.Groups;
import dev.aicredits.ledger.AuditFinding;
import dev.aicredits.ledger.JdbcAudit;
import dev.aicredits.schema.LedgerDatabase;
import dev.aicredits.usage.UsageEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** How an {@code infra/up} starts and ends: options, ports and folders, the scenario, SIGKILL and SIGINT. */
class UpStartTest {
    private static final Duration SECONDS = Duration.ofSeconds(20);
    private static final int DEBITED = 600;
    private static final int UNDEBITED = 300;
    private static final String STATEMENT = "SELECT * FROM ledger_statement ORDER BY organization_id, entry_seq";

    @TempDir
    static Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"--port", "--kafka-port", "--postgres-port", "--stripe-port"})
    void busyPortIsNamedWithItsOptionInOneLine(String option) throws Exception {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(busy.getLocalPort());
            UpRun.Ended refusal = UpRun.refused(folder.resolve("busy" + option), option, port);
            assertThat(refusal.exitCode()).isEqualTo(1);
            assertThat(refusal.lines())
                    .containsExactly("infra/up: port " + port + " is in use: choose another with " + option);
        }
    }

    @Test
    void folderThatCannotBeUsedIsNamedInOneLine() throws Exception {
        Path file = Files.createFile(folder.resolve("a-file"));
        UpRun.Ended refusal = UpRun.refused(file);
        assertThat(refusal.exitCode()).isEqualTo(1);
        assertThat(refusal.lines()).singleElement().asString().contains(file.toString());
    }

    @Test
    void wrongOptionsAreRefusedInOneLine() throws Exception {
        UpRun.Ended refusal = UpRun.refused(folder.resolve("data"), "--traffic", "100001");
        assertThat(refusal.exitCode()).isEqualTo(2);
        assertThat(refusal.lines()).singleElement().asString().contains("--traffic takes 0 to 100000");
    }

    @Test
    void theScenarioStopsAnAgentAndAPurchaseLetsItGoOn() throws Exception {
        UpRun.Ended played = UpRun.played(folder.resolve("scenario"), "--scenario", "exhaust", "--traffic", "0");
        assertThat(played.exitCode()).as(String.join("\n", played.lines())).isZero();
        assertThat(played.lines())
                .anyMatch(line -> line.contains("org_initech has ") && line.contains("USD, and ag_reporter works"))
                .anyMatch(line -> line.contains("stop 1, organization_credits_exhausted: ag_reporter stands still"))
                .anyMatch(line -> line.matches(".* acknowledged \\d+ ms after its decision; overshoot .*"))
                .anyMatch(line -> line.contains("nothing more was debited: 0 entries"))
                .anyMatch(line -> line.contains("bought 5 USD: cs_test_"))
                .anyMatch(line -> line.contains("resume 2, because of top_up: ag_reporter goes on"))
                .anyMatch(line -> line.contains("it is debited again"));
    }

    /** What nobody had debited when it was killed, Kafka has: it is debited by the next run, and nothing else is. */
    @Test
    void killedOneIsStartedAgainAndNothingIsLost() throws Exception {
        Path data = folder.resolve("killed");
        try (UpRun first = UpRun.start(data, 0)) {
            String session = first.startCheckout("org_globex", 10);
            first.send("org_acme", events("debited", DEBITED));
            awaitAcknowledged(first);
            List<List<String>> before;
            try (Connection owner = DriverManager.getConnection(
                            DemoEnv.jdbcUrl(data),
                            LedgerDatabase.OWNER_ROLE,
                            Credentials.read(data).owner());
                    Statement lock = owner.createStatement()) {
                owner.setAutoCommit(false);
                // What is sent now, nobody can debit.
                lock.execute("LOCK TABLE ledger_entry IN SHARE MODE");
                first.send("org_acme", events("undebited", UNDEBITED));
                before = first.query(STATEMENT);
                first.kill();
            }
            assertThat(before).hasSize(DemoOrganization.ALL.size() + DEBITED);
            assertThat(first.hasPostgres())
                    .as("the server outlives who was killed")
                    .isTrue();
            try (UpRun second = UpRun.start(data, 0)) {
                second.pay(session);
                String all = Integer.toString(before.size() + UNDEBITED + 1);
                await().atMost(SECONDS)
                        .untilAsserted(() -> assertThat(second.query("SELECT count(*) FROM ledger_statement"))
                                .containsExactly(List.of(all)));
                awaitAcknowledged(second);
                assertThat(second.query(STATEMENT)).containsAll(before);
                assertThat(amounts(second, "debited")).isEqualTo(expectedAmounts(DEBITED));
                assertThat(amounts(second, "undebited")).isEqualTo(expectedAmounts(UNDEBITED));
                // What is new may be read twice, as a rebalance gives it to another consumer. What was
                // acknowledged is not.
                assertThat(duplicates(second))
                        .as("it goes on where the first one had acknowledged")
                        .isLessThan(DEBITED);
                assertThat(audit(data)).isEmpty();
                assertThat(second.interrupt()).as("exit code of SIGINT").isEqualTo(130);
                assertThat(second.hasPostgres()).isFalse();
            }
        }
    }

    /** Each of another amount, so that none can stand for another. */
    private static List<String> events(String user, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> """
                        {"specversion":"1.0","id":"%s-%d","source":"/test","type":"dev.aicredits.agent.usage.v1",
                         "subject":"ag_support","time":"%s","data":{"organizationId":"org_acme",
                         "agentId":"ag_support","externalUserId":"%1$s","kind":"inference",
                         "provider":"openai","model":"gpt-4o-mini","inputTokens":%2$d,"outputTokens":500}}
                        """.formatted(user, i, Instant.now()))
                .toList();
    }

    /** 0.15 USD a million tokens in, 0.60 USD a million out. */
    private static List<String> expectedAmounts(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Integer.toString(-(i * 150 + 500 * 600)))
                .toList();
    }

    private static List<String> amounts(UpRun up, String user) throws IOException {
        return up
                .query("SELECT amount_nanos FROM ledger_statement WHERE external_user_id = '" + user
                        + "' ORDER BY amount_nanos DESC")
                .stream()
                .map(row -> row.get(0))
                .toList();
    }

    private static double duplicates(UpRun up) throws IOException, InterruptedException {
        return up.metrics()
                .lines()
                .filter(line -> line.startsWith("aicredits_usage_events_total{outcome=\"duplicate\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static void awaitAcknowledged(UpRun up) throws IOException {
        try (Groups groups = new Groups(up.demoEnv().get("KAFKA_BOOTSTRAP_SERVERS"))) {
            await().atMost(SECONDS).until(() -> groups.lag("usage-consumer", UsageEvent.TOPIC) == 0);
        }
    }

    private static List<AuditFinding> audit(Path data) {
        return new JdbcAudit(new DriverManagerDataSource(
                        DemoEnv.jdbcUrl(data),
                        LedgerDatabase.APP_ROLE,
                        Credentials.read(data).app()))
                .run();
    }
}
