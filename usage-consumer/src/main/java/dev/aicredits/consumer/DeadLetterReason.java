package dev.aicredits.consumer;

public enum DeadLetterReason {
    MALFORMED,
    INVALID_FIELD,
    UNKNOWN_ORGANIZATION,
    WRONG_ORGANIZATION,
    UNRATED_MODEL,
    CONFLICT,
    TIME_OUT_OF_RANGE,
    TOO_LARGE;

    public String wireName() {
        return name();
    }
}
