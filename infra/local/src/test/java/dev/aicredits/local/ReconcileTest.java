package dev.aicredits.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReconcileTest {
    private static final String[] NOVEMBER = {"--from", "2026-11-01", "--to", "2026-12-01"};

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<String> asked = new ArrayList<>();
    private HttpServer service;
    private int status = 200;
    private String body = "";

    @BeforeEach
    void start() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/", exchange -> {
            try (exchange) {
                asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                        + exchange.getRequestHeaders().getFirst("X-API-Key"));
                byte[] bytes = body.getBytes(UTF_8);
                exchange.sendResponseHeaders(status, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        service.start();
    }

    @AfterEach
    void stop() {
        service.stop(0);
    }

    @Test
    void theExitCodeSaysWhetherThereAreDifferences() {
        body = "{\"clean\":true,\"stripe\":{\"paidUsd\":12.50}}";
        assertThat(run()).isZero();
        assertThat(out.toString(UTF_8)).contains("12.50");
        body = "{\"clean\":false}";
        assertThat(run()).isEqualTo(1);
        body = "header\r\n";
        assertThat(run("--format", "csv")).isZero();
        body = "header\r\ndifference\r\n";
        assertThat(run("--format", "csv")).isEqualTo(1);
        body = "{\"repairs\":[],\"report\":{\"clean\":true}}";
        assertThat(run("--repair")).isZero();
        body = "{\"repairs\":[],\"report\":{\"clean\":false}}";
        assertThat(run("--repair")).isEqualTo(1);

        String path = "/api/v1/operator/reconciliation";
        String period = "?from=2026-11-01&to=2026-12-01";
        assertThat(asked)
                .contains(
                        "GET " + path + period + "&format=json key-of-tests",
                        "GET " + path + period + "&format=csv key-of-tests",
                        "POST " + path + "/repairs" + period + " key-of-tests");
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void whatIsAskedWronglyOrNotAnsweredIsTwo() {
        status = 400;
        body = "{\"code\":\"period_invalid\",\"message\":\"from and to\"}";
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString(UTF_8)).isEqualTo("infra/reconcile: from and to\n");
        body = "<html>";
        assertThat(run()).isEqualTo(2);
        assertThat(run("--repair", "--format", "csv")).isEqualTo(2);
        service.stop(0);
        assertThat(run()).isEqualTo(2);
        assertThat(execute(Map.of(), NOVEMBER)).isEqualTo(2);
        assertThat(execute(Map.of(), "--from", "2026-11-01")).isEqualTo(2);
        assertThat(execute(Map.of(), "--format", "xml")).isEqualTo(2);
    }

    private int run(String... options) {
        List<String> arguments = new ArrayList<>(List.of(NOVEMBER));
        arguments.addAll(List.of(options));
        return execute(
                Map.of(
                        "AICREDITS_URL",
                        "http://127.0.0.1:" + service.getAddress().getPort(),
                        "AICREDITS_API_KEY",
                        "key-of-tests"),
                arguments.toArray(String[]::new));
    }

    private int execute(Map<String, String> environment, String... arguments) {
        Reconcile command =
                new Reconcile(environment, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
        return OneLineErrors.commandLine(command).execute(arguments);
    }
}
