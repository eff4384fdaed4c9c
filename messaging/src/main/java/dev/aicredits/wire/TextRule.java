package dev.aicredits.wire;

import dev.aicredits.usage.IdText;

/**
 * The rule of a text field: not empty, not too long, and only characters that {@link IdText} allows.
 *
 * @param field the name in a refusal's detail
 * @param charsMax the most UTF-16 code units
 */
record TextRule(String field, int charsMax) {

    /** Whether those characters obey the rule; notes which part they break. */
    boolean allows(char[] text, int start, int length, FirstProblem problem) {
        if (length == 0) {
            problem.note(field, "is empty");
            return false;
        }
        if (length > charsMax) {
            problem.note(field, "is too long");
            return false;
        }
        String broken = IdText.brokenRule(text, start, length);
        if (broken != null) {
            problem.note(field, broken);
        }
        return broken == null;
    }
}
