package dev.aicredits.enforcer;

/** Why a record could not be used. */
enum DeadLetterReason {
    /** It is not what its topic carries. */
    MALFORMED("malformed"),
    /** It acknowledges what was never signalled. */
    UNKNOWN_SIGNAL("unknown_signal");

    private final String wireName;

    DeadLetterReason(String wireName) {
        this.wireName = wireName;
    }

    String wireName() {
        return wireName;
    }
}
