package dev.aicredits.stripe;

import dev.aicredits.messaging.TransientFailure;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Stripe did not do what it was asked to, or we do not know whether it did. The message has Stripe's error code and
 * request id, and nothing of what was sent.
 */
public final class StripeFailure extends RuntimeException implements TransientFailure {

    /** What to make of it. */
    public enum Kind {
        /** No answer, a reset connection, a 5xx, a page of somebody in between: whether it was done is unknown. */
        UNAVAILABLE,
        /** Too many requests. */
        RATE_LIMITED,
        /** An answer in JSON that is not as Stripe's API says: whether it was done is unknown. */
        GARBLED,
        /** Not asked at all: Stripe failed too often lately, or too many calls are under way. */
        NOT_ASKED,
        /** Our key is wrong or may not do this: a person has to act. */
        MISCONFIGURED,
        /** There is no such object; or of a list, none such to go on after. */
        NOT_FOUND,
        /** Stripe will not do this, however often it is asked. */
        REFUSED;

        /** The name in metrics and logs. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Kind kind;
    private final @Nullable Duration retryAfter;

    StripeFailure(Kind kind, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    public Kind kind() {
        return kind;
    }

    /** Whether the next call, about something else, would fare no better: nothing is to be gained by going on. */
    public boolean concernsAll() {
        return kind == Kind.NOT_ASKED || kind == Kind.RATE_LIMITED || kind == Kind.MISCONFIGURED;
    }

    /** How long Stripe, or our own circuit, asks to wait; null if neither said. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** Whether the same call may succeed later without anybody changing anything but Stripe, the network or our key. */
    public boolean isTransient() {
        return kind != Kind.NOT_FOUND && kind != Kind.REFUSED;
    }

    /** What Stripe answered. */
    @Override
    public String description() {
        return kind.wireName() + ": " + getMessage();
    }

    /**
     * Whether it says that Stripe fares badly, and better were left alone for a while. An answer that can't be read does not: Stripe has
     * answered, and it is the one object that is odd.
     */
    boolean isOfStripesHealth() {
        return kind == Kind.UNAVAILABLE || kind == Kind.RATE_LIMITED;
    }

    /** Whether trying at once, a few times, is sensible. */
    boolean isWorthAnotherAttempt() {
        return kind == Kind.UNAVAILABLE || kind == Kind.RATE_LIMITED || kind == Kind.GARBLED;
    }
}
