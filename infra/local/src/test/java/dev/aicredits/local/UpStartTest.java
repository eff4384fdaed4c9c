package dev.aicredits.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How an {@code infra/up} starts and ends: options, ports and folders, the scenario, and a SIGKILL. */
class UpStartTest {
    private static final Duration SECONDS = Duration.ofSeconds(20);

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

    @Test
    void killedOneIsStartedAgainAndNothingIsLost() throws Exception {
        Path data = folder.resolve("killed");
        List<List<String>> before;
        String session;
        try (UpRun first = UpRun.start(data, 0)) {
            session = first.startCheckout("org_globex", 10);
            before = first.query("SELECT * FROM ledger_statement ORDER BY organization_id, entry_seq");
            assertThat(before).hasSize(2);
            first.kill();
            assertThat(first.hasPostgres())
                    .as("the server outlives who was killed")
                    .isTrue();
            try (UpRun second = UpRun.start(data, 0)) {
                assertThat(second.query("SELECT * FROM ledger_statement ORDER BY organization_id, entry_seq"))
                        .isEqualTo(before);
                second.pay(session);
                await().atMost(SECONDS).untilAsserted(() -> assertThat(second.query("SELECT * FROM ledger_statement"))
                        .hasSize(3));
                second.terminate();
                assertThat(second.hasPostgres()).isFalse();
            }
        }
    }
}
