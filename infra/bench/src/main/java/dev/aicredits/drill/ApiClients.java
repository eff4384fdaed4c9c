package dev.aicredits.drill;

import dev.aicredits.bench.EventSource;
import dev.aicredits.drill.Http.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Somebody who reads one organization's summary and sends its usage over HTTP, again and again until it is accepted, in a
 * thread of their own.
 */
final class ApiClients implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final String url;
    private final String key;
    private final EventSource source;
    private final Thread thread = new Thread(this::call, "drill-api-clients");
    private final Set<UUID> accepted = new HashSet<>();
    private final List<String> surprises = new ArrayList<>();
    private int answered;
    private int away;
    private volatile boolean running = true;

    private ApiClients(String url, String key, EventSource source) {
        this.url = url;
        this.key = key;
        this.source = source;
    }

    /**
     * @param url of the organization
     * @param source of events of that organization
     */
    static ApiClients start(String url, String key, EventSource source) {
        ApiClients clients = new ApiClients(url, key, source);
        clients.thread.start();
        return clients;
    }

    private void call() {
        while (running) {
            String event = new String(source.next().value(), StandardCharsets.UTF_8);
            until(202, () -> Http.post(url + "/usage-events", key, "application/cloudevents+json", event, ""));
            until(200, () -> Http.get(url + "/ai-credits/summary", key));
            Waiting.pass(PAUSE);
        }
    }

    private interface Call {
        Answer send();
    }

    private void until(int status, Call call) {
        Answer answer = call.send();
        while (answer.status() != status && running) {
            note(answer);
            Waiting.pass(PAUSE);
            answer = call.send();
        }
        synchronized (this) {
            if (answer.status() == status) {
                answered++;
                if (status == 202) {
                    accepted.add(source.lastId());
                }
            }
        }
    }

    private synchronized void note(Answer answer) {
        if (answer.status() == 0 || answer.status() == 503) {
            away++;
        } else {
            surprises.add(answer.status() + " " + answer.body());
        }
    }

    /** The ids of events that were accepted. */
    synchronized Set<UUID> accepted() {
        return Set.copyOf(accepted);
    }

    synchronized int answered() {
        return answered;
    }

    /** How often nobody answered, or that the broker or the database was away. */
    synchronized int away() {
        return away;
    }

    /** Answers that no client should get. */
    synchronized List<String> surprises() {
        return List.copyOf(surprises);
    }

    @Override
    public void close() {
        running = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
