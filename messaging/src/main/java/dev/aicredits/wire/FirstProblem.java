package dev.aicredits.wire;

import org.jspecify.annotations.Nullable;

/** The first broken rule that was found in a group of fields; later ones would only be noise in a dead letter. */
final class FirstProblem {

    private @Nullable String detail;

    /** Keeps "{@code field} {@code rule}" unless there is a problem already. */
    void note(String field, String rule) {
        if (detail == null) {
            detail = field + " " + rule;
        }
    }

    /** Notes that {@code field} is missing if its value is null. */
    void require(String field, @Nullable Object value) {
        if (value == null) {
            note(field, "is missing");
        }
    }

    /** Notes that {@code field} is missing if its count reads as absent. */
    void require(String field, int count) {
        if (count == FieldReader.ABSENT) {
            note(field, "is missing");
        }
    }

    /** What was noted, or null if no rule was broken. */
    @Nullable String detail() {
        return detail;
    }
}
