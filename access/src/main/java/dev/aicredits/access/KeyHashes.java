package dev.aicredits.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The hash that is stored of a key: HMAC-SHA256 under a pepper that is not in the database. Who has the database alone can
 * neither use a key nor make one.
 *
 * <p>A slow hash would add nothing: a secret of 256 random bits can't be guessed.
 */
public final class KeyHashes {

    private static final String ALGORITHM = "HmacSHA256";

    private final List<SecretKeySpec> peppers;

    /** The first pepper makes hashes; the others still verify what they made. */
    public KeyHashes(List<String> peppers) {
        this.peppers = peppers.stream()
                .map(pepper -> new SecretKeySpec(pepper.getBytes(StandardCharsets.UTF_8), ALGORITHM))
                .toList();
    }

    public byte[] hash(ApiKey key) {
        return hash(key, peppers.get(0));
    }

    boolean verifies(ApiKey key, byte[] stored) {
        boolean same = false;
        for (SecretKeySpec pepper : peppers) {
            same |= MessageDigest.isEqual(hash(key, pepper), stored);
        }
        return same;
    }

    private static byte[] hash(ApiKey key, SecretKeySpec pepper) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(pepper);
            // The id is a part of it: a hash moved to another key's row verifies nothing.
            return mac.doFinal(key.text().getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + ALGORITHM, e);
        }
    }
}
