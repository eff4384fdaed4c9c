package dev.aicredits.checkout;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs as Stripe documents it, written apart from the code under test. */
final class SignedBody {

    private SignedBody() {}

    static String header(String secret, long epochSecond, byte[] body) {
        return "t=" + epochSecond + ",v1=" + v1(secret, Long.toString(epochSecond), body);
    }

    static String v1(String secret, String time, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            String signed = time + "." + new String(body, StandardCharsets.ISO_8859_1);
            return HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
