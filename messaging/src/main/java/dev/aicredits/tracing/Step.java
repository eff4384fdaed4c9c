package dev.aicredits.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import org.jspecify.annotations.Nullable;

/** A span that has begun, or none: then every call returns at once. Ends when it is closed. */
public final class Step implements AutoCloseable {

    static final Step NONE = new Step(null);

    private final @Nullable Span span;

    Step(@Nullable Span span) {
        this.span = span;
    }

    /** Notes a text of ours: never a payload's. */
    public void note(String name, String text) {
        if (span != null) {
            span.setAttribute(name, text);
        }
    }

    /** Notes a count. */
    public void note(String name, long count) {
        if (span != null) {
            span.setAttribute(name, count);
        }
    }

    /**
     * Notes that it failed.
     *
     * @param description a sentence that a log may tell: never an exception's own message, which may quote rows
     */
    public void failed(String description) {
        if (span != null) {
            span.setStatus(StatusCode.ERROR, description);
        }
    }

    @Override
    public void close() {
        if (span != null) {
            span.end();
        }
    }
}
