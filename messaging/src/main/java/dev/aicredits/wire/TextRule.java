package dev.aicredits.wire;

/**
 * The rule of a text field: not empty, not too long, no control characters, no lone surrogates.
 *
 * <p>PostgreSQL stores neither NUL nor a lone surrogate, and the ids end up in logs and on pages.
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
        int end = start + length;
        for (int i = start; i < end; i++) {
            char c = text[i];
            if (c >= ' ' && c < 0x7f) {
                continue;
            }
            if (Character.isISOControl(c)) {
                problem.note(field, "has a control character");
                return false;
            }
            if (Character.isSurrogate(c) && !isPair(text, i++, end)) {
                problem.note(field, "has a lone surrogate");
                return false;
            }
        }
        return true;
    }

    private static boolean isPair(char[] text, int at, int end) {
        return at + 1 < end && Character.isSurrogatePair(text[at], text[at + 1]);
    }
}
