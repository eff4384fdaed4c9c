package dev.aicredits.drill;

import dev.aicredits.bench.EventSource;
import dev.aicredits.bench.LoadThread;
import dev.aicredits.drill.Http.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * Somebody who reads one organization's summary and sends the usage of its agents that may run over HTTP, again and again until
 * it is accepted, in a thread of their own.
 */
final class ApiClients implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final String url;
    private final String key;
    private final EventSource source;
    private final Set<UUID> accepted = new HashSet<>();
    private final Misses misses = new Misses();
    private final LoadThread thread;
    private int answered;

    private ApiClients(String url, String key, EventSource source) {
        this.url = url;
        this.key = key;
        this.source = source;
        this.thread = LoadThread.start("drill-api-clients", this::call);
    }

    /**
     * @param url of the organization
     * @param source of events of that organization
     */
    static ApiClients start(String url, String key, EventSource source) {
        return new ApiClients(url, key, source);
    }

    private void call(BooleanSupplier goesOn) {
        while (goesOn.getAsBoolean()) {
            if (source.someAgentMayRun()) {
                String event = new String(source.next().value(), StandardCharsets.UTF_8);
                until(
                        202,
                        goesOn,
                        () -> Http.post(url + "/usage-events", key, "application/cloudevents+json", event, ""));
            }
            until(200, goesOn, () -> Http.get(url + "/ai-credits/summary", key));
            Waiting.pass(PAUSE);
        }
    }

    private interface Call {
        Answer send();
    }

    private void until(int status, BooleanSupplier goesOn, Call call) {
        Answer answer = call.send();
        while (answer.status() != status && goesOn.getAsBoolean()) {
            misses.note(answer);
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

    /** The ids of events that were accepted. */
    synchronized Set<UUID> accepted() {
        return Set.copyOf(accepted);
    }

    synchronized int answered() {
        return answered;
    }

    Misses misses() {
        return misses;
    }

    @Override
    public void close() {
        thread.close();
    }
}
