package dev.aicredits.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.cli.FakeApi.Answer;
import dev.aicredits.cli.FakeApi.Run;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong ends with a code, a sentence and nothing else. */
class FailureTest {

    private static final Limits SHORT = new Limits(
            Duration.ofSeconds(5),
            Duration.ofMillis(300),
            Duration.ofMillis(300),
            Duration.ofMillis(1),
            Duration.ofMillis(1));

    private FakeApi api;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource({"400,2", "401,3", "402,7", "403,4", "404,5", "409,6", "418,2", "429,8", "500,9", "503,9", "302,9"})
    void theStatusIsTheExitCode(int status, int exitCode) {
        api.on(
                "GET /cli/whoami",
                status,
                "{\"status\":" + status + ",\"code\":\"some_code\",\"message\":\"A sentence.\"}");
        Run run = api.run("whoami --json");
        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.err()).isEqualTo("mcpstack: A sentence. (some_code)\n");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void theFieldAndTheTimeToWaitAreNamed() {
        api.on("GET /cli/whoami", 400, "{\"code\":\"invalid_parameter\",\"detail\":\"Bad.\",\"parameter\":\"days\"}");
        assertThat(api.run("whoami").err()).isEqualTo("mcpstack: Bad. (invalid_parameter: days)\n");
        api.on(
                "GET /cli/whoami",
                new Answer(429, "{\"code\":\"rate_limited\",\"message\":\"Too many.\"}", Map.of("Retry-After", "3")));
        assertThat(api.run("whoami").err()).isEqualTo("mcpstack: Too many. (rate_limited) Try again in 3 s.\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>502</html>", "{\"data\":", "{} {}", "[1,", "nul", "{\"a\":NaN}"})
    void garbageIsNoAnswer(String garbage) {
        api.on("GET /cli/whoami", 200, garbage);
        Run run = api.run("whoami");
        assertThat(run.exitCode()).isEqualTo(9);
        assertThat(run.err())
                .matches("mcpstack: what http://127.0.0.1:\\d+/api/v1 answers is not JSON: is it the API\\?\n");
        api.on("GET /cli/whoami", 502, garbage);
        assertThat(api.run("whoami").err())
                .matches("mcpstack: http://127.0.0.1:\\d+/api/v1 answered with status 502\n");
    }

    @Test
    void anAnswerOfAnotherShapeIsNoAnswer() {
        api.on("GET /organizations/org_acme/agents", 200, "{\"agents\":[]}");
        assertThat(api.run("agents list").exitCode()).isEqualTo(9);
        api.on("GET /organizations/org_acme/agents", 200, "");
        assertThat(api.run("agents list --output csv").exitCode()).isEqualTo(9);
    }

    @Test
    void pagesThatDoNotEndAreNoAnswer() {
        String page = "{\"data\":[],\"nextCursor\":\"7\"}";
        api.on("GET /organizations/org_acme/audit-log?pageSize=500", 200, page)
                .on("GET /organizations/org_acme/audit-log?pageSize=500&cursor=7", 200, page);
        Run run = api.run("ops audit --all");
        assertThat(run.exitCode()).isEqualTo(9);
        assertThat(run.err()).contains("the pages do not end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "yaml", "csv", "table"})
    void aLaterPageThatFailsIsToldAndLeavesADocumentThatEnds(String format) {
        api.on(
                        "GET /organizations/org_acme/audit-log?pageSize=500",
                        200,
                        "{\"data\":[{\"action\":\"first\"}],\"nextCursor\":\"7\"}")
                .on("GET /organizations/org_acme/audit-log?pageSize=500&cursor=7", 503, "{\"message\":\"Not now.\"}");

        Run run = api.run("ops audit --all --output " + format);

        assertThat(run.exitCode()).isEqualTo(9);
        assertThat(run.err()).isEqualTo("mcpstack: Not now. What was printed ends after 1, and is not all.\n");
        assertThat(run.out()).contains("first");
        if (format.equals("json")) {
            assertThat(JsonText.parse(run.out().getBytes(StandardCharsets.UTF_8))
                            .at("data"))
                    .isInstanceOfSatisfying(Json.Elements.class, data -> assertThat(data.values())
                            .hasSize(1));
        }
    }

    @Test
    void aSlowAnswerIsNotWaitedForForEver() {
        CountDownLatch over = new CountDownLatch(1);
        api.with(SHORT).with(exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Run run = api.run("whoami");
        over.countDown();
        assertThat(run.exitCode()).isEqualTo(9);
        assertThat(run.err()).startsWith("mcpstack: no answer within 0 s from http://127.0.0.1:");
    }

    @Test
    void aConnectionThatBreaksIsNoAnswer() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            Thread breaking = new Thread(() -> {
                try {
                    while (true) {
                        try (var client = server.accept()) {
                            client.getInputStream().read();
                            client.getOutputStream()
                                    .write("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"
                                            .getBytes(StandardCharsets.US_ASCII));
                        }
                    }
                } catch (IOException e) {
                    // Closed: the test is over.
                }
            });
            breaking.start();
            Run run = api.with(Settings.URL, "http://127.0.0.1:" + server.getLocalPort())
                    .run("whoami");
            assertThat(run.exitCode()).isEqualTo(9);
            assertThat(run.err()).startsWith("mcpstack: no proper answer from http://127.0.0.1:");
        }
    }

    @Test
    void whereNobodyListensThereIsNoAnswer() {
        api.close();
        Run run = api.run("whoami");
        assertThat(run.exitCode()).isEqualTo(9);
        assertThat(run.err()).startsWith("mcpstack: can't reach http://127.0.0.1:");
    }

    @Test
    void redirectsDoNotTakeTheKeyElsewhere() throws IOException {
        try (FakeApi elsewhere = new FakeApi()) {
            api.on(
                    "GET /cli/whoami",
                    new Answer(307, "", Map.of("Location", "http://127.0.0.1:" + elsewhere.port() + "/")));
            assertThat(api.run("whoami").exitCode()).isEqualTo(9);
            assertThat(elsewhere.asked()).isEmpty();
        }
    }

    @Test
    void theKeyIsNeverPrinted() {
        api.on("GET /cli/whoami", 403, "{\"code\":\"forbidden\",\"message\":\"Not with " + FakeApi.KEY + ".\"}");
        assertThat(api.run("whoami").err()).isEqualTo("mcpstack: Not with ***. (forbidden)\n");
        Run run = api.with(Settings.URL, FakeApi.KEY).run("whoami");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).doesNotContain(FakeApi.KEY);
        run = api.run("api-keys delete " + FakeApi.KEY);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).doesNotContain(FakeApi.KEY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://api.example",
                "api.example",
                "http://",
                "http://user:secret@api.example",
                "http://api.example?a=b",
                "http://a b",
                "http://api.example:99999",
                "http://api.example:65536/api/v1",
                "http://api.example:0"
            })
    void whatIsNoUrlIsRefusedUnread(String url) {
        Run run = api.with(Settings.URL, url).run("whoami");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("mcpstack: MCPSTACK_API_URL is no URL such as https://api.example.com\n");
    }

    @Test
    void withoutKeyOrUrlItSaysSo() {
        assertThat(api.without(Settings.KEY).run("whoami").exitCode()).isEqualTo(3);
        assertThat(api.with(Settings.KEY, "två\nrader").run("whoami").exitCode())
                .isEqualTo(3);
        assertThat(api.with(Settings.KEY, "other").run("whoami").exitCode()).isEqualTo(3);
        assertThat(api.without(Settings.URL).run("whoami").exitCode()).isEqualTo(2);
        assertThat(api.asked()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no-such",
                "agents",
                "agents usage",
                "agents usage ag --days many",
                "agents list --output xml",
                "agents list --json --output csv",
                "agents budget defaults ag",
                "agents budget defaults ag --mode stop",
                "agents budget defaults ag --monthly -1",
                "agents budget set ag user",
                "agents budget set ag user --monthly none",
                "billing credits checkout 1e3",
                "billing credits checkout 0.0000000001",
                "billing credits checkout NaN",
                "billing credits ledger --all --cursor 1",
                "billing wait cs --product cars",
                "ops reconcile --from 2026-11-01",
            })
    void whatIsAskedWronglyIsNotSent(String line) {
        Run run = api.run(line);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("mcpstack: ").doesNotContain("Exception");
        assertThat(run.out()).isEmpty();
        assertThat(api.asked()).isEmpty();
    }

    @Test
    void textFromElsewhereDoesNothingToATerminal() {
        api.on("GET /cli/whoami", 403, "{\"code\":\"forbidden\",\"message\":\"\\u001b[2J\\nroot: \\u202eyes\"}");
        assertThat(api.run("whoami").err()).isEqualTo("mcpstack: \\u001b[2J\\u000aroot: \\u202eyes (forbidden)\n");
        api.on("GET /cli/whoami", 200, "{\"displayName\":\"\\u001b]0;x\\u0007\\u009b1m\"}");
        assertThat(api.run("whoami").out()).isEqualTo("Name  \\u001b]0;x\\u0007\\u009b1m\n");
        assertThat(api.run("whoami -o csv").out())
                .isEqualTo("field,value\r\ndisplayName,\\u001b]0;x\\u0007\\u009b1m\r\n");
    }
}
