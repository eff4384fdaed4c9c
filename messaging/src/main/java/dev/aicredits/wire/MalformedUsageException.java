package dev.aicredits.wire;

/** Leaves the reading of a record that cannot be a CloudEvent; never leaves {@link UsageEventDecoder}. */
final class MalformedUsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String detail;

    /** {@code detail} goes into the refusal: nothing of the payload. */
    MalformedUsageException(String detail) {
        // No stack trace: a producer gone wrong sends these by the thousand, and the detail says it all.
        super(detail, null, false, false);
        this.detail = detail;
    }

    String detail() {
        return detail;
    }
}
