package dev.aicredits.stream;

import dev.aicredits.problem.ProblemException;
import dev.aicredits.stream.JdbcChanges.BalanceRow;
import dev.aicredits.stream.JdbcChanges.DecisionRow;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * All streams of this process. One look a second at where their organizations stand serves them all; nobody is looked at while
 * nobody listens. Who has not taken yet what was sent before is passed over, and told later what is news by then: nobody waits for a
 * client that is slow, and no more is kept for it than one look's news.
 */
final class Streams implements AutoCloseable {

    private final JdbcChanges changes;
    private final StreamSettings settings;
    private final JsonMapper json;
    private final List<Listener> listeners = new ArrayList<>();

    Streams(JdbcChanges changes, StreamSettings settings, JsonMapper json) {
        this.changes = changes;
        this.settings = settings;
        this.json = json;
    }

    /**
     * Answers a request with a stream. It ends by itself, and clients open it again: so a key that was revoked is found out.
     *
     * @throws ProblemException {@code too_many_streams}, or {@code too_many_streams_of_organization}
     */
    void open(long organizationKey, HttpServletRequest request) throws IOException {
        Listener listener = new Listener(organizationKey, settings.life());
        add(listener);
        try {
            AsyncContext context = request.startAsync();
            listener.begin(OpenStream.of(context, () -> remove(listener)));
        } catch (IOException | RuntimeException e) {
            remove(listener);
            throw e;
        }
    }

    private synchronized void add(Listener listener) {
        if (listeners.size() >= settings.streamsMax()) {
            throw new ProblemException(StreamProblem.TOO_MANY_STREAMS);
        }
        long ofOrganization = listeners.stream()
                .filter(other -> other.organizationKey == listener.organizationKey)
                .count();
        if (ofOrganization >= settings.streamsPerOrganizationMax()) {
            throw new ProblemException(
                    StreamProblem.TOO_MANY_STREAMS_OF_ORGANIZATION,
                    Map.of("limit", settings.streamsPerOrganizationMax()));
        }
        listeners.add(listener);
    }

    private synchronized void remove(Listener listener) {
        listeners.remove(listener);
    }

    /** Those that have taken all that they were sent. */
    private synchronized List<Listener> attentive() {
        return listeners.stream().filter(Listener::isTaken).toList();
    }

    /** Tells each listener what has changed since its last look. If it fails, the next one tells what was missed. */
    void look() {
        List<Listener> present = new ArrayList<>();
        for (Listener listener : attentive()) {
            if (listener.isOver()) {
                listener.end();
            } else {
                present.add(listener);
            }
        }
        if (!present.isEmpty()) {
            tell(present);
        }
    }

    private void tell(List<Listener> present) {
        List<Long> organizations = present.stream()
                .map(listener -> listener.organizationKey)
                .distinct()
                .toList();
        Map<Long, BalanceRow> balances = changes.balances(organizations).stream()
                .collect(Collectors.toMap(BalanceRow::organizationId, row -> row));
        Map<Long, List<DecisionRow>> decisions =
                changes.decisions(organizations).stream().collect(Collectors.groupingBy(DecisionRow::organizationId));
        for (Listener listener : present) {
            send(
                    listener,
                    listener.news(
                            Objects.requireNonNull(balances.get(listener.organizationKey)),
                            decisions.getOrDefault(listener.organizationKey, List.of())));
        }
    }

    private void send(Listener listener, List<StreamEvent> news) {
        byte[] text = text(news).getBytes(StandardCharsets.UTF_8);
        try {
            listener.send(text);
        } catch (IOException | RuntimeException e) {
            // Whoever has gone: which exception says so is the container's affair.
            remove(listener);
        }
    }

    /** As <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">server-sent events</a>. */
    private String text(List<StreamEvent> news) {
        if (news.isEmpty()) {
            // So that who has gone is noticed, and nobody between us closes what seems idle.
            return ":still here\n\n";
        }
        StringBuilder text = new StringBuilder();
        for (StreamEvent event : news) {
            text.append("event:")
                    .append(event.name())
                    .append("\ndata:")
                    .append(json.writeValueAsString(event))
                    .append("\n\n");
        }
        return text.toString();
    }

    @Override
    public void close() {
        attentive().forEach(Listener::end);
    }
}
