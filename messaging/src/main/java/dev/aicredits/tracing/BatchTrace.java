package dev.aicredits.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The span of a poll's records while this thread works on them, or none. */
public final class BatchTrace implements AutoCloseable {

    static final BatchTrace NONE = new BatchTrace(Step.NONE, null);

    /** The most producers' spans that one links to; OpenTelemetry's own limit. */
    static final int LINKS_MAX = 128;

    private static final ContextKey<Map<String, SpanContext>> BY_KEY = ContextKey.named("aicredits-traces-by-key");

    private final Step step;
    private final @Nullable Scope scope;

    private BatchTrace(Step step, @Nullable Scope scope) {
        this.step = step;
        this.scope = scope;
    }

    static <V> BatchTrace begin(
            Tracer tracer,
            List<ConsumerRecord<byte[], V>> records,
            Function<ConsumerRecord<byte[], V>, @Nullable SpanContext> sampledOf) {
        SpanBuilder builder = null;
        Map<String, SpanContext> byKey = new HashMap<>();
        int links = 0;
        for (ConsumerRecord<byte[], V> record : records) {
            SpanContext sampled = sampledOf.apply(record);
            if (sampled == null) {
                continue;
            }
            if (builder == null) {
                builder = tracer.spanBuilder("process " + record.topic())
                        .setParent(Context.root().with(Span.wrap(sampled)));
            }
            if (links < LINKS_MAX) {
                builder.addLink(sampled);
                links++;
            }
            if (record.key() != null) {
                byKey.putIfAbsent(new String(record.key(), StandardCharsets.UTF_8), sampled);
            }
        }
        return builder == null ? NONE : begun(builder, records, byKey);
    }

    @SuppressWarnings("MustBeClosedChecker") // what it returns closes it
    private static BatchTrace begun(
            SpanBuilder builder, List<? extends ConsumerRecord<byte[], ?>> records, Map<String, SpanContext> byKey) {
        Span span = builder.setSpanKind(SpanKind.CONSUMER)
                .setAttribute("messaging.system", "kafka")
                .setAttribute("messaging.operation.type", "process")
                .setAttribute("messaging.destination.name", records.get(0).topic())
                .setAttribute("messaging.batch.message_count", records.size())
                .startSpan();
        return new BatchTrace(
                new Step(span), Context.root().with(span).with(BY_KEY, byKey).makeCurrent());
    }

    /**
     * What this thread is to write into records about that organization: of a batch, its span if that is in the trace of the
     * organization's records, else the context of the first of those; without a batch, this thread's span.
     */
    static SpanContext contextOf(String organizationId) {
        SpanContext current = Span.current().getSpanContext();
        Map<String, SpanContext> byKey = Context.current().get(BY_KEY);
        if (byKey == null) {
            return current;
        }
        SpanContext own = byKey.get(organizationId);
        if (own == null) {
            return SpanContext.getInvalid();
        }
        return own.getTraceId().equals(current.getTraceId()) ? current : own;
    }

    /** Notes a count about it. */
    public void note(String name, long count) {
        step.note(name, count);
    }

    /** As {@link Step#failed}. */
    public void failed(String description) {
        step.failed(description);
    }

    @Override
    public void close() {
        if (scope != null) {
            scope.close();
        }
        step.close();
    }
}
