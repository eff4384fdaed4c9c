package dev.aicredits.localstripe;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The header {@code Stripe-Signature}, as <a href="https://docs.stripe.com/webhooks#verify-manually">Stripe documents</a>
 * it: {@code t=} the time in seconds, and a {@code v1=} for each secret, the HMAC-SHA256 of time, dot and payload.
 */
public final class WebhookSignature {
    private static final String ALGORITHM = "HmacSHA256";

    private WebhookSignature() {}

    /** The header of {@code payload}, signed at {@code second} with each of the secrets. */
    public static String header(String payload, long second, List<String> secrets) {
        StringBuilder header = new StringBuilder("t=").append(second);
        secrets.forEach(secret -> header.append(",v1=").append(hmac(second + "." + payload, secret)));
        return header.toString();
    }

    private static String hmac(String text, String secret) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
