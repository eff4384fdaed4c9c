package dev.aicredits.budget;

/** What an exhausted budget does. */
public enum EnforcementMode {
    /** It stops whom it limits. */
    HARD_BLOCK("hard_block"),
    /** It only tells. */
    ALERT_ONLY("alert_only");

    private final String wireName;

    EnforcementMode(String wireName) {
        this.wireName = wireName;
    }

    /** The name on the wire and in tables. */
    public String wireName() {
        return wireName;
    }

    /** The mode of that {@link #wireName()}. */
    public static EnforcementMode of(String wireName) {
        for (EnforcementMode mode : values()) {
            if (mode.wireName.equals(wireName)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("there is no such enforcement mode");
    }
}
