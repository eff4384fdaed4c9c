package dev.aicredits.access;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key as its holder has it: {@code mcpstack_sk_<keyId>_<secret>}. The id finds its row, the secret proves it.
 *
 * @param keyId 64 random bits; shown, logged, no secret. An operator's begins with {@code op}
 * @param secret 256 random bits; shown once
 */
public record ApiKey(String keyId, String secret) {

    static final String PREFIX = "mcpstack_sk_";

    private static final String OPERATOR = "op";
    private static final Pattern FORM = Pattern.compile(PREFIX + "((?:op)?[0-9a-f]{16})_([0-9a-f]{64})");
    private static final int ID_BYTES = 8;
    private static final int SECRET_BYTES = 32;

    /** A new one, for an organization. */
    public static ApiKey random(SecureRandom random) {
        return new ApiKey(hex(random, ID_BYTES), hex(random, SECRET_BYTES));
    }

    /** A new one, for one of the platform's own people. */
    public static ApiKey randomOfOperator(SecureRandom random) {
        return new ApiKey(OPERATOR + hex(random, ID_BYTES), hex(random, SECRET_BYTES));
    }

    /** The key that {@code text} is, if it has a key's form. */
    public static Optional<ApiKey> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches() ? Optional.of(new ApiKey(matcher.group(1), matcher.group(2))) : Optional.empty();
    }

    boolean isOperators() {
        return keyId.startsWith(OPERATOR);
    }

    /** What may be shown of the key with this id at any time. */
    public static String shown(String keyId) {
        return PREFIX + keyId;
    }

    /** The whole key. For its maker, once. */
    public String text() {
        return PREFIX + keyId + "_" + secret;
    }

    private static String hex(SecureRandom random, int bytes) {
        byte[] value = new byte[bytes];
        random.nextBytes(value);
        return HexFormat.of().formatHex(value);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return shown(keyId);
    }
}
