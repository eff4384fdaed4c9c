package dev.aicredits.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;

/**
 * Sends spans on without what exceptions say, and without paths. What of a request failed is recorded with message and stack trace, and a
 * database's message may quote a row: its type is enough, the log has the rest.
 */
final class DiscreetExporter implements SpanExporter {

    private static final AttributeKey<String> EXCEPTION_TYPE = AttributeKey.stringKey("exception.type");

    /** The path as it was asked for has the ids of external users and of sessions; its template stays. */
    private static final AttributeKey<String> URL = AttributeKey.stringKey("http.url");

    private final SpanExporter next;

    DiscreetExporter(SpanExporter next) {
        this.next = next;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        return next.export(spans.stream().<SpanData>map(Discreet::new).toList());
    }

    @Override
    public CompletableResultCode flush() {
        return next.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return next.shutdown();
    }

    private static final class Discreet extends DelegatingSpanData {

        private final boolean isOurs;

        Discreet(SpanData span) {
            super(span);
            isOurs = span.getInstrumentationScopeInfo().getName().equals(Traces.SCOPE);
        }

        @Override
        public Attributes getAttributes() {
            return super.getAttributes().toBuilder().remove(URL).build();
        }

        @Override
        public List<EventData> getEvents() {
            return super.getEvents().stream().map(Discreet::withTypeAlone).toList();
        }

        /** What a step of ours says of its failure is a sentence of ours. */
        @Override
        public StatusData getStatus() {
            StatusData status = super.getStatus();
            return isOurs ? status : StatusData.create(status.getStatusCode(), "");
        }

        private static EventData withTypeAlone(EventData event) {
            String type = event.getAttributes().get(EXCEPTION_TYPE);
            return EventData.create(
                    event.getEpochNanos(),
                    event.getName(),
                    type == null ? Attributes.empty() : Attributes.of(EXCEPTION_TYPE, type));
        }
    }
}
