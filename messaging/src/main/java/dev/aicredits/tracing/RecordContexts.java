package dev.aicredits.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The W3C trace context of a record: in headers {@code ce_traceparent} and {@code ce_tracestate}, the <a
 * href="https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/distributed-tracing.md">CloudEvents
 * extension</a> in binary mode; else in {@code traceparent} and {@code tracestate}, as instrumented producers write them;
 * else, where the value is a CloudEvent in structured mode, in its member {@code traceparent}.
 */
final class RecordContexts {

    private static final String TRACEPARENT = "traceparent";
    private static final String CLOUD_EVENTS = "ce_";
    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

    // 00-<32 hex digits>-<16 hex digits>-<2 hex digits>; later versions may add to it.
    private static final int LENGTH = 55;
    private static final byte[] MEMBER = "\"traceparent\"".getBytes(StandardCharsets.US_ASCII);

    /** A context's two texts, whichever of the places they stand in. */
    private record Texts(String traceparent, @Nullable String tracestate) {}

    private static final TextMapGetter<Texts> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Texts texts) {
            return List.of(TRACEPARENT, "tracestate");
        }

        @Override
        public @Nullable String get(@Nullable Texts texts, String key) {
            if (texts == null) {
                return null;
            }
            return key.equals(TRACEPARENT) ? texts.traceparent() : texts.tracestate();
        }
    };

    private static final TextMapSetter<Headers> SETTER = (headers, key, text) -> {
        if (headers != null) {
            headers.remove(key);
            headers.add(key, text.getBytes(StandardCharsets.US_ASCII));
        }
    };

    private RecordContexts() {}

    /** That of a record's headers, if it is sampled; an invalid one counts as none. */
    static @Nullable SpanContext sampled(Headers headers) {
        Header own = headers.lastHeader(CLOUD_EVENTS + TRACEPARENT);
        String prefix = own == null ? "" : CLOUD_EVENTS;
        Header parent = own == null ? headers.lastHeader(TRACEPARENT) : own;
        if (parent == null || parent.value() == null || !isSampled(ByteBuffer.wrap(parent.value()), 0)) {
            return null;
        }
        Header state = headers.lastHeader(prefix + "tracestate");
        return parsed(
                new Texts(ascii(parent.value()), state == null || state.value() == null ? null : ascii(state.value())));
    }

    /** That of an event, whose headers say nothing or whose envelope does. */
    static @Nullable SpanContext sampledOfEvent(Headers headers, @Nullable ByteBuffer value) {
        boolean isInHeaders = headers.lastHeader(CLOUD_EVENTS + TRACEPARENT) != null
                || headers.lastHeader(TRACEPARENT) != null
                || headers.lastHeader("ce_specversion") != null;
        if (isInHeaders || value == null) {
            return sampled(headers);
        }
        int start = startOfMember(value);
        if (start < 0 || !isSampled(value, start)) {
            return null;
        }
        byte[] text = new byte[LENGTH];
        value.get(start, text);
        return parsed(new Texts(ascii(text), null));
    }

    /** Writes {@code context} into the headers, in place of what they have. */
    static void carry(SpanContext context, Headers headers) {
        W3C.inject(Context.root().with(Span.wrap(context)), headers, SETTER);
    }

    private static @Nullable SpanContext parsed(Texts texts) {
        SpanContext context =
                Span.fromContext(W3C.extract(Context.root(), texts, GETTER)).getSpanContext();
        return context.isValid() && context.isSampled() ? context : null;
    }

    /** Whether the flags of the text at {@code start}, if it is one, say so: nearly all others end here. */
    private static boolean isSampled(ByteBuffer bytes, int start) {
        return bytes.limit() >= start + LENGTH && (Character.digit(bytes.get(start + LENGTH - 1), 16) & 1) == 1;
    }

    /** Where the text of the member starts; negative if there is none. It is not parsed: that is done where it is booked. */
    private static int startOfMember(ByteBuffer json) {
        for (int i = json.position(); i <= json.limit() - MEMBER.length - LENGTH; i++) {
            if (json.get(i) == '"' && json.get(i + 1) == 't' && isMember(json, i)) {
                return startOfText(json, i + MEMBER.length);
            }
        }
        return -1;
    }

    private static boolean isMember(ByteBuffer json, int at) {
        for (int i = 2; i < MEMBER.length; i++) {
            if (json.get(at + i) != MEMBER[i]) {
                return false;
            }
        }
        return true;
    }

    private static int startOfText(ByteBuffer json, int from) {
        int at = from;
        while (at < json.limit() && (json.get(at) == ':' || Character.isWhitespace(json.get(at)))) {
            at++;
        }
        return at < json.limit() && json.get(at) == '"' ? at + 1 : -1;
    }

    private static String ascii(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
