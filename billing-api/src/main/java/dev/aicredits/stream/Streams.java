package dev.aicredits.stream;

import dev.aicredits.problem.ProblemException;
import dev.aicredits.stream.JdbcChanges.BalanceRow;
import dev.aicredits.stream.JdbcChanges.DecisionRow;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * All streams of this process. One look a second at where their organizations stand serves them all; nobody is looked at while
 * nobody listens.
 */
final class Streams implements AutoCloseable {

    private final JdbcChanges changes;
    private final StreamSettings settings;
    private final Map<SseEmitter, Listener> listeners = new ConcurrentHashMap<>();

    Streams(JdbcChanges changes, StreamSettings settings) {
        this.changes = changes;
        this.settings = settings;
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

    /** Tells each listener what has changed since its last look. If it fails, the next one tells what was missed. */
    void look() {
        if (!listeners.isEmpty()) {
            tell();
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
    public void close() {
        listeners.keySet().forEach(SseEmitter::complete);
    }
}
