package dev.aicredits.hold;

import java.util.Locale;

/** How far a hold is. It leaves {@link #OPEN} once, and nothing leads back. */
public enum HoldState {
    /** It holds what usage has not captured of it. */
    OPEN,
    /** A capture ended it. */
    CAPTURED,
    /** A release ended it. */
    RELEASED,
    /** Its time ended it. */
    EXPIRED;

    /** The name in the database and on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static HoldState ofWireName(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
