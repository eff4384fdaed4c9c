package dev.aicredits.cli;

import org.jspecify.annotations.Nullable;

/** A budget on the command line: an amount, or none. */
record Budget(@Nullable Usd limit) {

    private static final String NONE = "none";

    static Budget parse(String text) {
        return new Budget(text.equals(NONE) ? null : Usd.parse(text));
    }

    Json json() {
        return limit == null ? Json.Null.VALUE : Json.amount(limit.amount());
    }
}
