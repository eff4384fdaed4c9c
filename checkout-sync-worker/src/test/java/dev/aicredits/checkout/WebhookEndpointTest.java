package dev.aicredits.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.checkout.CheckoutClient.Answer;
import dev.aicredits.testkit.TopicReader;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The webhook's endpoint over HTTP: what it takes, what it refuses, and that a refusal writes nothing. */
class WebhookEndpointTest {

    private static final CheckoutSystem SYSTEM = CheckoutSystem.create();
    private static final RunningCheckout WORKER = SYSTEM.start(
            "aicredits.checkout-sync.webhook-secrets=" + CheckoutSystem.WEBHOOK_SECRET + ",old-not-a-secret");
    private static final CheckoutClient CLIENT = WORKER.client();

    @AfterAll
    static void close() {
        SYSTEM.close();
    }

    @Test
    void itIsReadyAndAlive() {
        assertThat(CLIENT.get("/actuator/health/readiness").body())
                .contains("\"status\":\"UP\"", "\"db\":", "\"checkoutSync\":")
                .doesNotContain("DOWN");
        assertThat(CLIENT.get("/actuator/health/liveness").body())
                .contains("\"checkoutSync\":")
                .doesNotContain("DOWN", "\"db\":");
    }

    @Test
    void aSignedEventIsStoredAsItCameUnderItsPaymentAndAnswered() {
        String event = event("refund.updated", "\"id\":\"re_x\",\"payment_intent\":\"pi_" + UUID.randomUUID() + "\"");

        Answer answer = CLIENT.webhook(event);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"received\":true}");
        ConsumerRecord<byte[], byte[]> record = stored().stream()
                .filter(candidate -> text(candidate.value()).equals(event))
                .findFirst()
                .orElseThrow();
        assertThat(text(record.key())).startsWith("pi_");
    }

    @Test
    void everyCurrentSecretIsAccepted() {
        byte[] body = event("refund.updated", "\"id\":\"re_x\"").getBytes(StandardCharsets.UTF_8);

        assertThat(CLIENT.webhook(body, SignedBody.header("old-not-a-secret", now(), body))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aTypeThatWeDoNotUseIsAnsweredAndNotStored() {
        int before = stored().size();

        for (String type : List.of("customer.created", "payout.paid", "invoice.upcoming", "something.new")) {
            assertThat(CLIENT.webhook(event(type, "\"object\":\"thing\"")).status())
                    .isEqualTo(200);
        }

        assertThat(stored()).hasSize(before);
        assertThat(WORKER.count("aicredits.checkout.webhooks", "outcome", "unused"))
                .isGreaterThanOrEqualTo(4);
    }

    @Test
    void whatIsNotSignedAsItShouldBeIsRefusedWithOneAnswerAndWritesNothing() {
        byte[] body = event("checkout.session.completed", "\"id\":\"cs_x\"").getBytes(StandardCharsets.UTF_8);
        String good = SignedBody.header(CheckoutSystem.WEBHOOK_SECRET, now(), body);
        int before = stored().size();

        List<Answer> answers = List.of(
                CLIENT.webhook(body, new String[0]),
                CLIENT.webhook(body, good, good),
                CLIENT.webhook(body, good + ",t=1"),
                CLIENT.webhook(body, ""),
                CLIENT.webhook(body, "t=x,v1=y"),
                CLIENT.webhook(body, good.substring(0, good.length() - 2) + "00"),
                CLIENT.webhook(body, SignedBody.header("another", now(), body)),
                CLIENT.webhook(body, SignedBody.header(CheckoutSystem.WEBHOOK_SECRET, now() - 400, body)),
                CLIENT.webhook(body, SignedBody.header(CheckoutSystem.WEBHOOK_SECRET, now() + 400, body)),
                CLIENT.webhook((text(body) + " ").getBytes(StandardCharsets.UTF_8), good),
                CLIENT.webhook(new byte[0], good));

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text("code")).isEqualTo("signature_invalid");
            assertThat(answer.body()).isEqualTo(answers.get(0).body()).doesNotContain("cs_x");
        });
        assertThat(stored()).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not json", "[]", "{}", "{\"object\":\"event\"}"})
    void whatIsSignedAndNoEventIsRefused(String body) {
        int before = stored().size();

        Answer answer = CLIENT.webhook(body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("code")).isEqualTo("malformed_event");
        assertThat(stored()).hasSize(before);
    }

    @Test
    void aBodyOfTenMegabytesIsRefusedWithoutBeingHeld() {
        byte[] body = new byte[10 * 1024 * 1024];
        String signature = SignedBody.header(CheckoutSystem.WEBHOOK_SECRET, now(), body);

        Answer answer = CLIENT.webhook(body, signature);
        Answer chunked = CLIENT.send(CLIENT.request("/api/v1/webhooks/stripe")
                .header("Stripe-Signature", signature)
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))));

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.text("code")).isEqualTo("body_too_large");
        assertThat(chunked.status()).isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "HEAD"})
    void onlyPostIsTaken(String method) {
        assertThat(CLIENT.send(CLIENT.request("/api/v1/webhooks/stripe").method(method, BodyPublishers.noBody()))
                        .status())
                .isEqualTo(405);
    }

    @Test
    void anEventThatTheBrokerDoesNotTakeIsNotAnsweredWith2xx() {
        try (RunningCheckout cutOff = RunningCheckout.start(
                SYSTEM.settings(),
                "aicredits.checkout-sync.topic=" + SYSTEM.topic() + "-absent",
                "aicredits.checkout-sync.send-timeout=500ms")) {
            Answer answer = cutOff.client().webhook(event("refund.updated", "\"id\":\"re_x\""));

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text("code")).isEqualTo("event_not_stored");
        }
    }

    private static String event(String type, String object) {
        return "{\"id\":\"evt_%s\",\"object\":\"event\",\"type\":\"%s\",\"created\":%d,\"data\":{\"object\":{%s}}}"
                .formatted(UUID.randomUUID().toString().replace("-", ""), type, now(), object);
    }

    private static List<ConsumerRecord<byte[], byte[]>> stored() {
        return TopicReader.read(SYSTEM.bootstrapServers(), SYSTEM.topic());
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
