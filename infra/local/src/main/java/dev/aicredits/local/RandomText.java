package dev.aicredits.local;

import java.security.SecureRandom;
import java.util.Base64;

/** Passwords and keys that nobody has to remember. */
final class RandomText {
    private static final int PASSWORD_BYTES = 24;

    private RandomText() {}

    /** Letters, digits, - and _ only: it stands in a URL and in a shell's file as it is. */
    static String password() {
        byte[] bytes = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
