package dev.aicredits.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.checkout.CheckoutClient.Answer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Who may start, see and sync. */
class KeyTest {

    private static final CheckoutSystem SYSTEM = CheckoutSystem.create();

    @AfterAll
    static void close() {
        SYSTEM.close();
    }

    @Test
    void theDemoKeyIsAskedForInEitherHeader() {
        String organization = SYSTEM.organization();
        try (RunningCheckout worker = SYSTEM.start()) {
            CheckoutClient client = worker.client();
            String status = CheckoutClient.sessions(organization) + "/cs_x/status";

            assertThat(client.send(client.request(status).header("X-API-Key", CheckoutSystem.DEMO_KEY))
                            .status())
                    .isEqualTo(404);
            assertThat(client.send(client.request(status).header("Authorization", "bearer " + CheckoutSystem.DEMO_KEY))
                            .status())
                    .isEqualTo(404);
            for (HttpRequest.Builder request : List.of(
                    client.request(status),
                    client.request(status).header("X-API-Key", ""),
                    client.request(status).header("X-API-Key", "another"),
                    client.request(status).header("Authorization", "Bearer "),
                    client.request(status).header("Authorization", "Basic " + CheckoutSystem.DEMO_KEY),
                    client.request(status).header("Authorization", CheckoutSystem.DEMO_KEY),
                    client.request(status).header("Authorization", "Bearer " + CheckoutSystem.DEMO_KEY + "x"))) {
                assertUnauthenticated(client.send(request));
            }
        }
    }

    @Test
    void withoutAConfiguredKeyNobodyIsLetIn() {
        String organization = SYSTEM.organization();
        try (RunningCheckout worker = SYSTEM.start("aicredits.checkout-sync.demo-key=")) {
            CheckoutClient client = worker.client();
            String sessions = CheckoutClient.sessions(organization);

            for (HttpRequest.Builder request : List.of(
                    client.request(sessions + "/cs_x/status"),
                    client.request(sessions + "/cs_x/status").header("X-API-Key", ""),
                    client.request(sessions + "/cs_x/sync").POST(BodyPublishers.noBody()),
                    client.request(ReviewController.PATH),
                    client.request(ReviewController.PATH + "/" + organization + "/cs_x/release")
                            .POST(BodyPublishers.ofString("{}")),
                    client.request(sessions).POST(BodyPublishers.ofString("{\"creditAmountUsd\":50}")))) {
                assertUnauthenticated(client.send(request));
            }
            assertThat(client.send(client.request(sessions + "/")
                                    .POST(BodyPublishers.ofString("{\"creditAmountUsd\":50}")))
                            .status())
                    .isEqualTo(404);
        }
        assertThat(SYSTEM.orders(organization)).isEmpty();
    }

    private static void assertUnauthenticated(Answer answer) {
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.text("code")).isEqualTo("unauthenticated");
        assertThat(answer.text("message")).isEqualTo(answer.text("detail"));
        assertThat(answer.response().headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).doesNotContain(CheckoutSystem.DEMO_KEY);
    }
}
