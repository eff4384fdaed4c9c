package dev.aicredits.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.cli.FakeApi.Answer;
import dev.aicredits.cli.FakeApi.Run;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaitTest {

    private static final String CREDITS = "GET /organizations/org_acme/ai-credits/checkout-session/cs_test_1/status";
    private static final String HOSTING =
            "GET /organizations/org_acme/mcp-hosting/billing/checkout-session/cs_test_1/status";
    private static final Limits QUICK = new Limits(
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofMillis(1),
            Duration.ofMillis(2));

    private FakeApi api;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi().with(QUICK);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void itLooksUntilTheSessionIsCompleted() {
        api.on(CREDITS, "open.json", "open.json", "completed.json");
        Run run = api.run("billing wait cs_test_1 --json");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("\"status\": \"completed\"").doesNotContain("open");
        assertThat(run.err()).isEmpty();
        assertThat(api.asked()).containsExactly(CREDITS, CREDITS, CREDITS);
    }

    @Test
    void itAsksOnceWhichOrganizationIsMeant() {
        api.without(Settings.ORGANIZATION)
                .on("GET /organizations", 200, "[{\"id\":\"org_acme\"}]")
                .on(CREDITS, "open.json", "completed.json");
        assertThat(api.run("billing wait cs_test_1").exitCode()).isZero();
        assertThat(api.asked()).containsExactly("GET /organizations", CREDITS, CREDITS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"expired", "failed", "in_review"})
    void aSessionThatEndedOtherwiseIsANo(String status) {
        api.on(CREDITS, 200, "{\"status\":\"" + status + "\",\"completed\":false}");
        Run run = api.run("billing wait cs_test_1");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains(status);
    }

    @Test
    void itEndsWhenItsTimeIsOver() {
        api.on(CREDITS, "open.json");
        Run run = api.run("billing wait cs_test_1 --timeout 0");
        assertThat(run.exitCode()).isEqualTo(10);
        assertThat(run.out()).contains("open");
        assertThat(run.err()).contains("the time is over");
    }

    @Test
    void aCallThatFailsForTheMomentIsRepeated() {
        Answer unwell = new Answer(503, "", Map.of());
        Answer busy = new Answer(429, "", Map.of());
        Answer completed = new Answer(200, FakeApi.resource("answers/completed.json"), Map.of());
        api.on(CREDITS, unwell, busy, completed);
        assertThat(api.run("billing wait cs_test_1").exitCode()).isZero();

        api.on(CREDITS, unwell);
        assertThat(api.run("billing wait cs_test_1 --timeout 0").exitCode()).isEqualTo(9);
        api.on(CREDITS, 403, "{}");
        assertThat(api.run("billing wait cs_test_1").exitCode()).isEqualTo(4);
    }

    @Test
    void aSessionOfAPlanIsFoundToo() {
        api.on(HOSTING, 200, "{\"product\":\"hosting\",\"status\":\"completed\",\"completed\":true}");
        assertThat(api.run("billing wait cs_test_1").exitCode()).isZero();
        assertThat(api.asked()).containsExactly(CREDITS, HOSTING);
        assertThat(api.run("billing wait cs_test_1 --product hosting").exitCode())
                .isZero();
        assertThat(api.asked()).containsExactly(CREDITS, HOSTING, HOSTING);
    }

    @Test
    void aSessionOfNeitherIsNotFound() {
        assertThat(api.run("billing wait cs_test_1").exitCode()).isEqualTo(5);
        assertThat(api.run("billing sync cs_test_1").exitCode()).isEqualTo(5);
    }

    @Test
    void aTerminalIsToldWhatIsWaitedForAndLeftClean() {
        api.onTerminal().on(CREDITS, "open.json", "completed.json");
        Run run = api.run("billing wait cs_test_1");
        assertThat(run.err()).isEqualTo("\r\u001b[KWaiting for cs_test_1: open, 0 s\r\u001b[K");
    }
}
