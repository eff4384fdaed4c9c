package dev.aicredits.localstripe;

import java.time.Duration;

/**
 * How a call of the API goes wrong.
 *
 * @param kind what the client sees
 * @param workDone whether the call did its work all the same, and only its answer is lost
 * @param delay what {@code Retry-After} says of a limited rate; how long a call that times out is held
 */
public record ApiFault(Kind kind, boolean workDone, Duration delay) {
    /** What the client sees. */
    public enum Kind {
        /** No answer, for as long as the fault says; then the connection is reset. */
        TIME_OUT,
        /** The connection is reset. The JDK's client repeats such a call once by itself. */
        RESET,
        /** 429, with {@code Retry-After} and {@code Stripe-Should-Retry}. */
        RATE_LIMITED,
        /** 500 with Stripe's error body. */
        SERVER_ERROR,
        /** 200 with a body that is not JSON. */
        GARBAGE
    }

    private static final Duration TIME_OUT_MAX = Duration.ofMinutes(2);

    /** No answer for two minutes or until the client goes away. */
    public static ApiFault timeOut() {
        return new ApiFault(Kind.TIME_OUT, false, TIME_OUT_MAX);
    }

    /** The connection is reset before anything is done. */
    public static ApiFault reset() {
        return new ApiFault(Kind.RESET, false, Duration.ZERO);
    }

    /** 429; {@code retryAfter} is rounded up to seconds. */
    public static ApiFault rateLimited(Duration retryAfter) {
        return new ApiFault(Kind.RATE_LIMITED, false, retryAfter);
    }

    /** 500 before anything is done. */
    public static ApiFault serverError() {
        return new ApiFault(Kind.SERVER_ERROR, false, Duration.ZERO);
    }

    /** 200 with a page of HTML, as a proxy in between may send it. */
    public static ApiFault garbage() {
        return new ApiFault(Kind.GARBAGE, false, Duration.ZERO);
    }

    /** The same with the call's work done: its answer is what is lost. */
    public ApiFault afterTheWork() {
        return new ApiFault(kind, true, delay);
    }

    /** The same, held for this long or asking for this wait. */
    public ApiFault withDelay(Duration delay) {
        return new ApiFault(kind, workDone, delay);
    }
}
