package dev.aicredits.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/** An API on loopback that says what it is told to, and what it was asked; and {@code mcpstack} run against it. */
final class FakeApi implements AutoCloseable {

    static final String KEY = "mcpstack_sk_key-of-tests";

    /** What a run of {@code mcpstack} left. */
    record Run(int exitCode, String out, String err) {}

    /** An answer; {@code headers} by name. */
    record Answer(int status, String body, Map<String, String> headers) {}

    /** A way to answer that is none. */
    interface Behavior {
        void answer(HttpExchange exchange) throws IOException;
    }

    private static final String BASE = "/api/v1";

    private final HttpServer server;
    private final Map<String, Deque<Answer>> answers = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private Behavior behavior = this::answer;
    private Limits limits = Limits.USUAL;
    private boolean terminal;

    FakeApi() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> behavior.answer(exchange));
        server.start();
        environment.put(Settings.URL, "http://127.0.0.1:" + port());
        environment.put(Settings.KEY, KEY);
        environment.put(Settings.ORGANIZATION, "org_acme");
    }

    static String resource(String name) {
        try (InputStream in = FakeApi.class.getResourceAsStream("/" + name)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Answers {@code METHOD path} with these, one after the other; the last for ever. */
    FakeApi on(String question, Answer... inOrder) {
        answers.put(question, new ArrayDeque<>(Arrays.asList(inOrder)));
        return this;
    }

    /** The same with files of {@code answers/}, and 200. */
    FakeApi on(String question, String... files) {
        return on(
                question,
                Arrays.stream(files)
                        .map(file -> new Answer(200, resource("answers/" + file), Map.of()))
                        .toArray(Answer[]::new));
    }

    FakeApi on(String question, int status, String body) {
        return on(question, new Answer(status, body, Map.of()));
    }

    FakeApi with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    FakeApi without(String variable) {
        environment.remove(variable);
        return this;
    }

    FakeApi with(Limits other) {
        limits = other;
        return this;
    }

    FakeApi onTerminal() {
        terminal = true;
        return this;
    }

    FakeApi with(Behavior other) {
        behavior = other;
        return this;
    }

    /** Each question, with its body if it had one. */
    List<String> asked() {
        synchronized (asked) {
            return List.copyOf(asked);
        }
    }

    /** Runs {@code mcpstack}; arguments are separated by spaces. */
    Run run(String line) {
        return run(List.of(line.split(" ")));
    }

    Run run(List<String> arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Mcpstack.run(arguments.toArray(String[]::new), environment, out, err, terminal, limits);
        return new Run(exitCode, out.toString(UTF_8), err.toString(UTF_8));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            String uri = exchange.getRequestURI().toString();
            String question = exchange.getRequestMethod() + " "
                    + (uri.startsWith(BASE + "/") ? uri.substring(BASE.length()) : "outside of " + BASE + ": " + uri);
            synchronized (asked) {
                asked.add(body.isEmpty() ? question : question + " " + body);
            }
            Answer answer =
                    ("Bearer " + KEY).equals(exchange.getRequestHeaders().getFirst("Authorization"))
                            ? next(question)
                            : new Answer(401, "{\"code\":\"unauthenticated\",\"message\":\"No.\"}", Map.of());
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            byte[] bytes = answer.body().getBytes(UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private Answer next(String question) {
        Deque<Answer> left = answers.get(question);
        if (left == null) {
            return new Answer(
                    404, "{\"code\":\"not_found\",\"message\":\"There is nothing here.\",\"status\":404}", Map.of());
        }
        return left.size() > 1 ? left.pop() : left.peek();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
