package dev.aicredits.wire;

import org.jspecify.annotations.Nullable;

/**
 * Texts that came lately, so that a name which comes again and again (an organization's, a model's) is one object: it is
 * hashed once, equal to itself at a glance, and nothing for the garbage collector to copy.
 *
 * <p>Threads share it without locks: a slot that two of them write at once keeps one text or the other, both whole.
 */
final class RecentTexts {

    /** Longer texts are rarely names, and would make this large. */
    private static final int CHARS_MAX = 64;

    /** Room for as many names as tens of thousands of external users have, in half a megabyte of references. */
    private static final int SLOTS = 1 << 17;

    private final @Nullable String[] slots = new @Nullable String[SLOTS];

    /** The text of these characters. */
    String of(char[] text, int start, int length) {
        if (length > CHARS_MAX) {
            return new String(text, start, length);
        }
        // As String does it, so that one look at a known text's hash tells most others from it.
        int hash = 0;
        for (int i = start; i < start + length; i++) {
            hash = 31 * hash + text[i];
        }
        int slot = (hash ^ hash >>> 16) & (SLOTS - 1);
        String known = slots[slot];
        if (known != null && known.hashCode() == hash && isSame(known, text, start, length)) {
            return known;
        }
        String added = new String(text, start, length);
        slots[slot] = added;
        return added;
    }

    private static boolean isSame(String known, char[] text, int start, int length) {
        if (known.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (known.charAt(i) != text[start + i]) {
                return false;
            }
        }
        return true;
    }
}
