package dev.aicredits.checkout;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What tells one request from another under the same idempotency key.
 *
 * @param hex SHA-256 in hexadecimal digits
 */
record RequestHash(String hex) {

    static RequestHash of(String... parts) {
        MessageDigest digest = sha256();
        for (String part : parts) {
            digest.update(part.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
        return new RequestHash(HexFormat.of().formatHex(digest.digest()));
    }

    static RequestHash ofBytes(byte[] sha256) {
        return new RequestHash(HexFormat.of().formatHex(sha256));
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
