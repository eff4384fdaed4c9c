package dev.aicredits.localstripe;

import java.security.SecureRandom;

/** Makes ids in the forms that Stripe's have: a prefix, then letters and digits. */
final class Ids {
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int LENGTH = 24;
    private static final int SESSION_LENGTH = 58;
    private static final int REQUEST_LENGTH = 14;

    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    static String session() {
        return "cs_test_a1" + letters(SESSION_LENGTH - 2);
    }

    static String request() {
        return "req_" + letters(REQUEST_LENGTH);
    }

    static String product() {
        return "prod_" + letters(REQUEST_LENGTH);
    }

    /** For objects of every other kind. */
    static String of(StripeKind kind) {
        return kind.idPrefix() + letters(LENGTH);
    }

    static String letters(int length) {
        StringBuilder letters = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            letters.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return letters.toString();
    }
}
