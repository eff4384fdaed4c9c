package dev.aicredits.checkout;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * As much of Stripe's API as the worker calls, over HTTP, for the unmodified client; what happens at Stripe is in {@link
 * FakeStripeState}. It can be told to fail.
 *
 * <p>{@link EndToEndTest} has the local Stripe instead, which does as Stripe does and refuses the rest. This one says what
 * no Stripe should: an amount, a currency, a mode or a reference that was not ordered, answers of another shape, an API
 * version of years ago, payments of last month. And it keeps its state in memory: thousands of histories take seconds.
 */
final class FakeStripe implements AutoCloseable {

    /** What goes wrong with a call. */
    enum Fault {
        /** No answer for three seconds, then none at all. */
        SILENCE,
        /** The connection is closed without an answer. */
        RESET,
        RATE_LIMITED,
        SERVER_ERROR,
        /** 200, and no JSON. */
        GARBAGE,
        /** 200, and JSON of something else. */
        WRONG_JSON,
        /** An amount that is not whole. */
        BROKEN_AMOUNT,
        UNAUTHORIZED,
        /** The work is done, and the answer lost. */
        ANSWER_LOST,
        /** The answer comes, a while later. */
        LATE
    }

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration SILENCE = Duration.ofSeconds(3);
    private static final Duration LATENESS = Duration.ofMillis(300);

    static {
        // Else the JDK's server sends the head of an answer, and its body 40 ms later.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    final FakeStripeState state = new FakeStripeState();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, Deque<Fault>> faults = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final AtomicInteger lateNow = new AtomicInteger();
    private final AtomicInteger mostLateAtOnce = new AtomicInteger();
    private final Map<String, ObjectNode> answersByKey = new HashMap<>();

    private FakeStripe(int port) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/v1/", this::answer);
        server.start();
    }

    static FakeStripe start() {
        return new FakeStripe(0);
    }

    String baseUrl() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Lets the next {@code times} calls of that method and first path segments, such as {@code GET checkout/sessions}, fail. */
    void fail(String operation, Fault fault, int times) {
        Deque<Fault> queue = faults.computeIfAbsent(operation, key -> new ConcurrentLinkedDeque<>());
        for (int i = 0; i < times; i++) {
            queue.add(fault);
        }
    }

    /** Lets no call fail any more. */
    void recover() {
        faults.clear();
    }

    /** How many calls of that operation came in, failed ones included. */
    int calls(String operation) {
        return calls.computeIfAbsent(operation, key -> new AtomicInteger()).get();
    }

    /** How many late answers were waited for at the same time, at the most. */
    int mostLateAtOnce() {
        return mostLateAtOnce.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String[] path = exchange.getRequestURI()
                    .getPath()
                    .substring("/v1/".length())
                    .split("/", -1);
            boolean nested = path[0].equals("checkout");
            String resource = nested ? path[0] + "/" + path[1] : path[0];
            String id = path.length > (nested ? 2 : 1) ? path[path.length - 1] : null;
            String operation = exchange.getRequestMethod() + " " + resource;
            calls.computeIfAbsent(operation, key -> new AtomicInteger()).incrementAndGet();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Deque<Fault> queue = faults.get(operation);
            Fault fault = queue == null ? null : queue.poll();
            if (fault == Fault.ANSWER_LOST) {
                result(exchange, operation, id, body);
                return;
            }
            if (fault == Fault.LATE) {
                mostLateAtOnce.accumulateAndGet(lateNow.incrementAndGet(), Math::max);
                await(LATENESS);
                lateNow.decrementAndGet();
            } else if (fault != null) {
                fail(exchange, fault);
                return;
            }
            ObjectNode result = result(exchange, operation, id, body);
            if (result == null && id == null) {
                send(exchange, 400, unknownCursor());
            } else if (result == null) {
                send(exchange, 404, error("invalid_request_error", "resource_missing"));
            } else {
                send(exchange, 200, result.toString());
            }
        }
    }

    private ObjectNode result(HttpExchange exchange, String operation, String id, String body) {
        synchronized (state) {
            if (operation.equals("POST checkout/sessions")) {
                String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
                return answersByKey.computeIfAbsent(key, unused -> state.createSession(decoded(body)));
            }
            return state.read(operation, id, decoded(exchange.getRequestURI().getRawQuery()));
        }
    }

    private void fail(HttpExchange exchange, Fault fault) throws IOException {
        switch (fault) {
            case SILENCE -> await(SILENCE);
            case RATE_LIMITED -> {
                exchange.getResponseHeaders().add("Retry-After", "1");
                send(exchange, 429, error("invalid_request_error", "rate_limit"));
            }
            case SERVER_ERROR -> send(exchange, 500, error("api_error", null));
            case UNAUTHORIZED -> send(exchange, 401, error("invalid_request_error", null));
            case GARBAGE -> send(exchange, 200, "<html>not JSON</html>");
            case WRONG_JSON -> send(exchange, 200, "{\"object\":\"list\",\"data\":[],\"has_more\":false}");
            case BROKEN_AMOUNT -> send(exchange, 200, "{\"id\":\"cs_x\",\"amount_total\":5000.5}");
            case RESET, ANSWER_LOST, LATE -> {}
        }
    }

    private void await(Duration duration) {
        try {
            boolean unused = closed.await(duration.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String error(String type, String code) {
        ObjectNode error = JSON.createObjectNode();
        error.putObject("error").put("type", type).put("code", code).put("message", "as a test asked for");
        return error.toString();
    }

    /** As Stripe refuses to list what is older than an object that it does not know. */
    private static String unknownCursor() {
        ObjectNode error = JSON.createObjectNode();
        error.putObject("error")
                .put("type", "invalid_request_error")
                .put("code", "resource_missing")
                .put("param", "starting_after");
        return error.toString();
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.getResponseHeaders().add("Request-Id", "req_fake");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Form parameters by name; of a name that is given for several values, in brackets, with its index. */
    private static Map<String, String> decoded(String form) {
        Map<String, String> parameters = new TreeMap<>();
        if (form == null || form.isEmpty()) {
            return parameters;
        }
        for (String pair : form.split("&", -1)) {
            int equals = pair.indexOf('=');
            parameters.put(
                    URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                    URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return parameters;
    }

    /** The values of a parameter that takes several. */
    static List<String> values(Map<String, String> parameters, String name) {
        List<String> values = new ArrayList<>();
        parameters.forEach((key, value) -> {
            if (key.startsWith(name + "[")) {
                values.add(value);
            }
        });
        return values;
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
