package dev.aicredits.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.net.Webhook;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSignatureTest {

    private static final String CURRENT = "not-a-real-secret-current";
    private static final String OLD = "not-a-real-secret-old";
    private static final byte[] BODY = "{\"id\":\"evt_1\",\"name\":\"Zo\u00eb\"}".getBytes(StandardCharsets.UTF_8);
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
    private static final long T = NOW.getEpochSecond();
    private static final String GOOD = SignedBody.v1(CURRENT, Long.toString(T), BODY);

    private final WebhookSignature signature =
            new WebhookSignature(List.of(CURRENT, OLD), Duration.ofMinutes(5), Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void everyCurrentSecretIsAccepted() {
        assertThat(valid(SignedBody.header(CURRENT, T, BODY))).isTrue();
        assertThat(valid(SignedBody.header(OLD, T, BODY))).isTrue();
    }

    @Test
    void whatStripesOwnLibrarySignsIsAccepted() throws Exception {
        String text = new String(BODY, StandardCharsets.UTF_8);
        String v1 = Webhook.Util.computeHmacSha256(CURRENT, T + "." + text);

        assertThat(valid("t=" + T + ",v1=" + v1)).isTrue();
    }

    @Test
    void oneGoodSignatureAmongSeveralIsEnough() {
        String other = SignedBody.v1("another", Long.toString(T), BODY);

        assertThat(valid("t=" + T + ",v1=" + other + ",v1=" + GOOD + ",v0=" + other))
                .isTrue();
        assertThat(valid("v1=" + GOOD + ",t=" + T)).isTrue();
    }

    @Test
    void timesWithinToleranceAreAcceptedEitherWay() {
        for (long off : List.of(-300L, -1L, 1L, 300L)) {
            assertThat(valid(SignedBody.header(CURRENT, T + off, BODY)))
                    .as("off by " + off)
                    .isTrue();
        }
        for (long off : List.of(-301L, 301L, -T, 86_400L * 365)) {
            assertThat(valid(SignedBody.header(CURRENT, T + off, BODY)))
                    .as("off by " + off)
                    .isFalse();
        }
    }

    @Test
    void aWrongSecretOrAChangedBodyIsRefused() {
        byte[] changed = BODY.clone();
        changed[3] ^= 1;

        assertThat(valid(SignedBody.header("another", T, BODY))).isFalse();
        assertThat(signature.isValid(List.of(SignedBody.header(CURRENT, T, BODY)), changed))
                .isFalse();
        assertThat(signature.isValid(List.of(SignedBody.header(CURRENT, T, BODY)), new byte[0]))
                .isFalse();
        assertThat(valid("t=" + (T + 1) + ",v1=" + GOOD)).as("another time").isFalse();
    }

    @Test
    void noSecretAcceptsNothing() {
        WebhookSignature none =
                new WebhookSignature(List.of(), Duration.ofMinutes(5), Clock.fixed(NOW, ZoneOffset.UTC));

        assertThat(none.isValid(List.of(SignedBody.header(CURRENT, T, BODY)), BODY))
                .isFalse();
    }

    @Test
    void aMissingOrDoubledHeaderIsRefused() {
        String header = SignedBody.header(CURRENT, T, BODY);

        assertThat(signature.isValid(List.of(), BODY)).isFalse();
        assertThat(signature.isValid(List.of(header, header), BODY)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "=",
                "t",
                "t=",
                "t=,v1=",
                "v1",
                "t=abc,v1=GOOD",
                "t=-1,v1=GOOD",
                "t=99999999999999999999,v1=GOOD",
                "t=1700000000",
                "t=1700000000,v1=",
                "t=1700000000,v1=zz",
                "t=1700000000,v0=GOOD",
                "t=1700000000,t=1700000000,v1=GOOD",
                "t=1700000000,v1=GOOD,",
                "t=1700000000, v1=GOOD",
                "t=1700000000;v1=GOOD",
                "T=1700000000,V1=GOOD",
                "t=1700000000,v1=GOOD00",
                "v1=GOOD"
            })
    void malformedHeadersAreRefusedAndNeverThrow(String header) {
        assertThat(valid(header.replace("GOOD", GOOD))).as(header).isFalse();
    }

    @Test
    void upperCaseDigitsAreNotStripes() {
        assertThat(valid("t=" + T + ",v1=" + GOOD.toUpperCase(Locale.ROOT))).isFalse();
    }

    @Test
    void randomHeadersAreRefusedAndNeverThrow() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = "tv10=,;abcdef \u00e9\u0000" + GOOD;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder header = new StringBuilder();
            for (int length = random.nextInt(100); length > 0; length--) {
                header.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(valid(header.toString()))
                    .as("seed %d, header %s", seed, header)
                    .isFalse();
        }
    }

    private boolean valid(String header) {
        return signature.isValid(List.of(header), BODY);
    }
}
