package dev.aicredits.usage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The 16-byte key under which something is booked at most once in an organization.
 *
 * <p>An id that is a UUID in its canonical form stands for itself: producers that send UUIDv7 get keys in time order,
 * which keeps the index small. Any other id becomes the first 128 bits of SHA-256 over source and id. Those of entries
 * that we make ourselves are {@link OwnKeys}.
 */
public final class DedupeKeys {

    private static final int UUID_LENGTH = 36;
    private static final byte SEPARATOR = 0;

    /** The value of each character that is a hexadecimal digit; -1 of others. */
    private static final byte[] HEX = hexDigits();

    private DedupeKeys() {}

    /** The key of the thing that {@code source} calls {@code id}. The same pair always gives the same key. */
    public static UUID of(String source, String id) {
        UUID uuid = canonicalUuid(id.toCharArray(), 0, id.length());
        return uuid != null ? uuid : hashed(source, id);
    }

    static UUID hashed(String source, String id) {
        MessageDigest digest = sha256();
        digest.update(source.getBytes(StandardCharsets.UTF_8));
        digest.update(SEPARATOR);
        ByteBuffer hash = ByteBuffer.wrap(digest.digest(id.getBytes(StandardCharsets.UTF_8)));
        return new UUID(hash.getLong(), hash.getLong());
    }

    /**
     * The key of an id that these characters are, whatever its source; null unless they are 8-4-4-4-12 hexadecimal
     * digits. ({@link UUID#fromString} takes far more than that.)
     */
    public static @Nullable UUID canonicalUuid(char[] text, int start, int length) {
        if (length != UUID_LENGTH) {
            return null;
        }
        long high = 0;
        long low = 0;
        int digits = 0;
        int bad = 0;
        for (int i = 0; i < UUID_LENGTH; i++) {
            char c = text[start + i];
            if (i == 8 || i == 13 || i == 18 || i == 23) {
                bad |= c ^ '-';
                continue;
            }
            int digit = c < HEX.length ? HEX[c] : -1;
            bad |= digit >> 4;
            if (digits++ < 16) {
                high = high << 4 | digit;
            } else {
                low = low << 4 | digit;
            }
        }
        return bad == 0 ? new UUID(high, low) : null;
    }

    private static byte[] hexDigits() {
        byte[] values = new byte['f' + 1];
        for (char c = 0; c < values.length; c++) {
            values[c] = (byte) Character.digit(c, 16);
        }
        return values;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
