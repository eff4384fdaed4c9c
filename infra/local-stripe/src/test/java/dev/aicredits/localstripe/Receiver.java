package dev.aicredits.localstripe;

import com.stripe.exception.SignatureVerificationException;
import com.stripe.model.Event;
import com.stripe.net.Webhook;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An endpoint as a client of Stripe writes it: it verifies with stripe-java, and answers as it is told. */
final class Receiver implements AutoCloseable {
    /** What came in, with the header that signs it. */
    record Received(String payload, String signature, Event event) {}

    private static final PublishedModel MODEL = new PublishedModel();

    final List<Received> received = new CopyOnWriteArrayList<>();
    final List<String> failures = new CopyOnWriteArrayList<>();
    final List<Integer> answers = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    private Receiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::take);
        server.start();
    }

    static Receiver start() {
        return new Receiver();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/webhooks");
    }

    /** The next answers, before 200 for ever. */
    void answerFirst(Integer... statuses) {
        answers.addAll(List.of(statuses));
    }

    List<String> types() {
        return received.stream().map(one -> one.event().getType()).toList();
    }

    private void take(HttpExchange exchange) throws IOException {
        String payload = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String signature = exchange.getRequestHeaders().getFirst("Stripe-Signature");
        int status = answers.isEmpty() ? 200 : answers.remove(0);
        try {
            received.add(
                    new Received(payload, signature, Webhook.constructEvent(payload, signature, StripeRun.SECRET)));
        } catch (SignatureVerificationException e) {
            status = 400;
        }
        try {
            MODEL.check(payload);
        } catch (AssertionError e) {
            failures.add(e.getMessage());
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
