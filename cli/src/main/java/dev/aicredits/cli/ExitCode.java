package dev.aicredits.cli;

/** What {@code mcpstack} ends with, for scripts: a number keeps its meaning for ever. */
enum ExitCode {
    DONE(0),
    /** The answer is a no: the payment failed, or the report has differences. */
    UNFULFILLED(1),
    /** The command line, the environment or a value is wrong, by our judgement or the server's. */
    USAGE(2),
    UNAUTHENTICATED(3),
    FORBIDDEN(4),
    NOT_FOUND(5),
    CONFLICT(6),
    /** A budget or the credits are exhausted. */
    PAYMENT_REQUIRED(7),
    RATE_LIMITED(8),
    /** No answer, one that is not understood, or the server's own failure. */
    UNAVAILABLE(9),
    /** {@code billing wait}: still nothing when its time was over. */
    STILL_PENDING(10),
    /** Whoever reads our output has gone; the code of a program that ended by SIGPIPE. */
    OUTPUT_CLOSED(141);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** The code for an answer with this status, which is not 2xx. */
    static ExitCode ofStatus(int status) {
        return switch (status) {
            case 401 -> UNAUTHENTICATED;
            case 402 -> PAYMENT_REQUIRED;
            case 403 -> FORBIDDEN;
            case 404 -> NOT_FOUND;
            case 409 -> CONFLICT;
            case 429 -> RATE_LIMITED;
            default -> status >= 400 && status < 500 ? USAGE : UNAVAILABLE;
        };
    }

    /** Whether the same call may succeed a moment later. */
    boolean isPassing() {
        return this == RATE_LIMITED || this == UNAVAILABLE;
    }
}
