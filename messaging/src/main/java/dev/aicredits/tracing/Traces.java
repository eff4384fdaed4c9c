package dev.aicredits.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The traces of a process: begins spans, and takes traces from records on into records.
 *
 * <p>Nothing here decides to trace: a span begins only where what led to it is sampled, by the producer's {@code
 * traceparent} or by the request's own span, so that traces are whole or not there. Off, every call returns at once. No
 * attribute holds a payload, a secret or anything of a person.
 */
public final class Traces {

    private static final Traces OFF = new Traces();
    /** Whose spans these are, in OpenTelemetry's words. */
    static final String SCOPE = "dev.aicredits";

    private final @Nullable Tracer tracer;

    private Traces() {
        this.tracer = null;
    }

    /** Traces that go where {@code telemetry} sends them. */
    public Traces(OpenTelemetry telemetry) {
        this.tracer = telemetry.getTracer(SCOPE);
    }

    /** None. */
    public static Traces off() {
        return OFF;
    }

    /**
     * Begins the one span for a poll's records, however many they are; close it in this thread. It belongs to the trace of the
     * first that is sampled, and links to all that are, 128 at most. What is {@linkplain #carry carried} on meanwhile
     * stays in the trace of the records with that key. Without a sampled one there is no span.
     */
    public BatchTrace batch(List<ConsumerRecord<byte[], byte[]>> records) {
        return tracer == null
                ? BatchTrace.NONE
                : BatchTrace.begin(tracer, records, record -> RecordContexts.sampled(record.headers()));
    }

    /**
     * As {@link #batch}, of CloudEvents that may name their trace in their envelope.
     *
     * @param bytes of a value, the JSON from the buffer's position to its limit
     */
    public <V> BatchTrace batchOfEvents(List<ConsumerRecord<byte[], V>> records, Function<V, ByteBuffer> bytes) {
        if (tracer == null) {
            return BatchTrace.NONE;
        }
        return BatchTrace.begin(
                tracer,
                records,
                record -> RecordContexts.sampledOfEvent(
                        record.headers(), record.value() == null ? null : bytes.apply(record.value())));
    }

    /**
     * Writes the trace that this thread is in, if it is in one, into the record's headers.
     *
     * @param organizationId whom it is about: of a batch, the trace of the records with that key is written
     */
    public void carry(ProducerRecord<byte[], byte[]> record, String organizationId) {
        if (tracer != null) {
            SpanContext context = BatchTrace.contextOf(organizationId);
            if (context.isSampled()) {
                RecordContexts.carry(context, record.headers());
            }
        }
    }

    /** As {@link #carry(ProducerRecord, String)}, of what is about no organization. */
    public void carry(ProducerRecord<byte[], byte[]> record) {
        if (tracer != null) {
            SpanContext context = Span.current().getSpanContext();
            if (context.isSampled()) {
                RecordContexts.carry(context, record.headers());
            }
        }
    }

    /**
     * Begins a span for sending that record, within the trace that {@link #carry} would write, and writes that; end it once
     * the broker has answered.
     *
     * @param attributes names and texts that it is to have
     */
    public Step send(ProducerRecord<byte[], byte[]> record, String organizationId, Map<String, String> attributes) {
        SpanContext parent = tracer == null ? SpanContext.getInvalid() : BatchTrace.contextOf(organizationId);
        if (tracer == null || !parent.isSampled()) {
            return Step.NONE;
        }
        Span span = tracer.spanBuilder("send " + record.topic())
                .setSpanKind(SpanKind.PRODUCER)
                .setParent(Context.root().with(Span.wrap(parent)))
                .setAttribute("messaging.system", "kafka")
                .setAttribute("messaging.operation.type", "send")
                .setAttribute("messaging.destination.name", record.topic())
                .startSpan();
        attributes.forEach((name, text) -> span.setAttribute(AttributeKey.stringKey(name), text));
        RecordContexts.carry(span.getSpanContext(), record.headers());
        return new Step(span);
    }

    /** Begins a step of what this thread does, if that is sampled. */
    public Step step(String name) {
        return begin(name, SpanKind.INTERNAL);
    }

    /** As {@link #step}, of a call to another system. */
    public Step call(String name) {
        return begin(name, SpanKind.CLIENT);
    }

    private Step begin(String name, SpanKind kind) {
        if (tracer == null || !Span.current().getSpanContext().isSampled()) {
            return Step.NONE;
        }
        return new Step(tracer.spanBuilder(name).setSpanKind(kind).startSpan());
    }
}
