package dev.aicredits.stream;

import dev.aicredits.health.BackgroundWork;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.stream.JdbcChanges.BalanceRow;
import dev.aicredits.stream.JdbcChanges.DecisionRow;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * All streams of this process. One look a second at where their organizations stand serves them all; nobody is looked at while
 * nobody listens.
 */
final class Streams implements AutoCloseable, BackgroundWork {

    private static final Logger log = LoggerFactory.getLogger(Streams.class);

    private static final String NAME = "credit-streams";

    private final JdbcChanges changes;
    private final StreamSettings settings;
    private final Map<SseEmitter, Listener> listeners = new ConcurrentHashMap<>();
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, NAME);
        thread.setDaemon(true);
        return thread;
    });
    private final Future<?> looks;

    Streams(JdbcChanges changes, StreamSettings settings) {
        this.changes = changes;
        this.settings = settings;
        long interval = settings.interval().toMillis();
        this.looks = looking.scheduleWithFixedDelay(this::look, interval, interval, TimeUnit.MILLISECONDS);
    }

    /**
     * Opens a stream. It ends by itself, and clients open it again: so a key that was revoked is found out.
     *
     * @throws ProblemException {@code too_many_streams}
     */
    SseEmitter open(long organizationKey) {
        if (listeners.size() >= settings.streamsMax()) {
            throw new ProblemException(StreamProblem.TOO_MANY_STREAMS);
        }
        SseEmitter emitter = new SseEmitter(settings.life().toMillis());
        emitter.onCompletion(() -> listeners.remove(emitter));
        emitter.onTimeout(emitter::complete);
        emitter.onError(e -> listeners.remove(emitter));
        listeners.put(emitter, new Listener(organizationKey));
        return emitter;
    }

    private void look() {
        if (listeners.isEmpty()) {
            return;
        }
        try {
            tell();
        } catch (RuntimeException e) {
            // The next look may find the database again; who listens then learns what was missed.
            log.atWarn().addKeyValue("cause", e.getClass().getSimpleName()).log("streams had no look");
        }
    }

    private void tell() {
        Map<SseEmitter, Listener> present = Map.copyOf(listeners);
        List<Long> organizations = present.values().stream()
                .map(listener -> listener.organizationKey)
                .distinct()
                .toList();
        Map<Long, BalanceRow> balances = changes.balances(organizations).stream()
                .collect(Collectors.toMap(BalanceRow::organizationId, row -> row));
        Map<Long, List<DecisionRow>> decisions =
                changes.decisions(organizations).stream().collect(Collectors.groupingBy(DecisionRow::organizationId));
        present.forEach((emitter, listener) -> send(
                emitter,
                listener.news(
                        Objects.requireNonNull(balances.get(listener.organizationKey)),
                        decisions.getOrDefault(listener.organizationKey, List.of()))));
    }

    private void send(SseEmitter emitter, List<StreamEvent> news) {
        try {
            if (news.isEmpty()) {
                // So that who has gone is noticed, and nobody between us closes what seems idle.
                emitter.send(SseEmitter.event().comment("still here"));
            }
            for (StreamEvent event : news) {
                emitter.send(SseEmitter.event().name(event.name()).data(event));
            }
        } catch (IOException | IllegalStateException e) {
            listeners.remove(emitter);
        }
    }

    @Override
    public String workName() {
        return NAME;
    }

    @Override
    public boolean goesOn() {
        return looking.isShutdown() || !looks.isDone();
    }

    @Override
    public void close() {
        looking.shutdown();
        listeners.keySet().forEach(SseEmitter::complete);
    }
}
