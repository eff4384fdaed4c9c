package dev.aicredits.problem;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Which text we take from outside. */
public final class TextRules {

    /** One line: no control characters, and no half of a surrogate pair. */
    public static final String LINE = "[^\\p{Cc}\\p{Cs}]*";

    /** The longest name, and the longest id but an external user's, that is taken. */
    public static final int NAME_LENGTH_MAX = 200;

    /** The longest id of an external user: as that of a usage event. */
    public static final int EXTERNAL_USER_ID_LENGTH_MAX = 256;

    /** The longest description or reason. */
    public static final int DESCRIPTION_LENGTH_MAX = 1_000;

    private TextRules() {}

    /** The text; empty, which is nobody's id, if the database could not hold it. */
    public static String storable(String text) {
        boolean holds =
                text.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
        return holds ? text : "";
    }

    /**
     * The value of an optional parameter that is an id or a name.
     *
     * @throws ProblemException {@link CommonProblem#INVALID_PARAMETER} if it is empty, too long or not one line
     */
    public static @Nullable String parameter(String name, @Nullable String value) {
        return parameter(name, value, NAME_LENGTH_MAX);
    }

    /**
     * The same of one that may have {@code lengthMax} UTF-16 code units.
     *
     * @throws ProblemException {@link CommonProblem#INVALID_PARAMETER} if it is empty, too long or not one line
     */
    public static @Nullable String parameter(String name, @Nullable String value, int lengthMax) {
        if (value != null && (value.isEmpty() || value.length() > lengthMax || !value.matches(LINE))) {
            throw ProblemException.invalidParameter(name);
        }
        return value;
    }
}
