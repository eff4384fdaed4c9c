package dev.aicredits.checkout;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Whether a webhook's body was signed with one of our secrets, and lately: Stripe's scheme v1, an HMAC-SHA256 over the
 * signature's time, a dot and the body's bytes (https://docs.stripe.com/webhooks, "Verify manually").
 *
 * <p>Our own and not the client library's, which throws all kinds of exceptions at odd headers, makes a string of the
 * body, and takes signatures from the future.
 */
final class WebhookSignature {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int HEADER_LENGTH_MAX = 2048;
    private static final Pattern TIME = Pattern.compile("\\d{1,12}");
    private static final Pattern SIGNATURE = Pattern.compile("[0-9a-f]{64}");

    /** A header's time, in its own digits, and its signatures of scheme v1. */
    private record Header(String time, List<byte[]> signatures) {}

    private final List<SecretKeySpec> secrets = new ArrayList<>();
    private final Duration tolerance;
    private final Clock clock;

    WebhookSignature(Collection<String> secrets, Duration tolerance, Clock clock) {
        secrets.forEach(
                secret -> this.secrets.add(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM)));
        this.tolerance = tolerance;
        this.clock = clock;
    }

    /** @param headers the values of all {@code Stripe-Signature} headers of the request */
    boolean isValid(List<String> headers, byte[] body) {
        Header header = headers.size() == 1 ? parse(headers.get(0)) : null;
        if (header == null) {
            return false;
        }
        // Every secret and every signature is compared, so that the time it takes tells nothing.
        boolean matches = false;
        for (SecretKeySpec secret : secrets) {
            byte[] expected = hmac(secret, header.time(), body);
            for (byte[] signature : header.signatures()) {
                matches |= MessageDigest.isEqual(expected, signature);
            }
        }
        return matches && isRecent(header.time());
    }

    private boolean isRecent(String time) {
        long offSeconds = Math.abs(clock.instant().getEpochSecond() - Long.parseLong(time));
        return offSeconds <= tolerance.toSeconds();
    }

    private static @Nullable Header parse(String header) {
        if (header.length() > HEADER_LENGTH_MAX) {
            return null;
        }
        String time = null;
        List<byte[]> signatures = new ArrayList<>();
        for (String item : header.split(",", -1)) {
            int equals = item.indexOf('=');
            if (equals < 0) {
                return null;
            }
            String value = item.substring(equals + 1);
            switch (item.substring(0, equals)) {
                case "t" -> {
                    if (time != null || !TIME.matcher(value).matches()) {
                        return null;
                    }
                    time = value;
                }
                case "v1" -> {
                    if (!SIGNATURE.matcher(value).matches()) {
                        return null;
                    }
                    signatures.add(HexFormat.of().parseHex(value));
                }
                default -> {
                    // Another scheme: v0 is a fake that comes with test events, v2 may come one day.
                }
            }
        }
        return time == null ? null : new Header(time, signatures);
    }

    private static byte[] hmac(SecretKeySpec secret, String time, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            mac.update(time.getBytes(StandardCharsets.US_ASCII));
            mac.update((byte) '.');
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
        }
    }
}
