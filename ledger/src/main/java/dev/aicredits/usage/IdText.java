package dev.aicredits.usage;

import org.jspecify.annotations.Nullable;

/**
 * Which characters an id that comes from outside may have: no control characters, no lone surrogates.
 *
 * <p>PostgreSQL stores neither NUL nor a lone surrogate, and the ids end up in logs and on pages.
 */
public final class IdText {

    private IdText() {}

    /** The rule that the text breaks, such as {@code has a control character}; null if none. */
    public static @Nullable String brokenRule(String text) {
        return brokenRule(text.toCharArray(), 0, text.length());
    }

    /** The same of {@code length} characters from {@code start}. */
    public static @Nullable String brokenRule(char[] text, int start, int length) {
        int end = start + length;
        for (int i = start; i < end; i++) {
            char c = text[i];
            if (c >= ' ' && c < 0x7f) {
                continue;
            }
            if (Character.isISOControl(c)) {
                return "has a control character";
            }
            if (Character.isSurrogate(c) && !isPair(text, i++, end)) {
                return "has a lone surrogate";
            }
        }
        return null;
    }

    private static boolean isPair(char[] text, int at, int end) {
        return at + 1 < end && Character.isSurrogatePair(text[at], text[at + 1]);
    }
}
