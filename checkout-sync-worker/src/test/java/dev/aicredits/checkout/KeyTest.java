package dev.aicredits.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.ledger.Member.Role;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Who may start, see and sync, and who may reconcile. */
class KeyTest {

    private static final CheckoutSystem SYSTEM = CheckoutSystem.create();
    private static final String REPORT = "/api/v1/operator/reconciliation?from=2026-01-01&to=2026-01-02";

    @AfterAll
    static void close() {
        SYSTEM.close();
    }

    @Test
    void eachRoleMayWhatTheContractSays() {
        String organization = SYSTEM.organization();
        String stranger = SYSTEM.key(SYSTEM.organization(), Role.OWNER);
        try (RunningCheckout worker = SYSTEM.start()) {
            CheckoutClient client = worker.client();

            for (Role role : Role.values()) {
                String key = SYSTEM.key(organization, role);
                boolean sees = role != Role.VIEWER;
                boolean manages = role == Role.OWNER || role == Role.ADMIN;
                // There is no such session: who is let in is told so.
                assertThat(outcome(client, status(client, organization), key)).isEqualTo(sees ? 404 : 403);
                assertThat(outcome(client, sync(client, organization), key)).isEqualTo(manages ? 404 : 403);
                assertThat(outcome(client, start(client, organization), key)).isEqualTo(manages ? 400 : 403);
                assertThat(outcome(client, client.request(REPORT), key)).isEqualTo(403);
                assertThat(outcome(client, client.request(ReviewController.PATH), key))
                        .isEqualTo(403);
            }
            for (HttpRequest.Builder call :
                    List.of(status(client, organization), sync(client, organization), start(client, organization))) {
                CheckoutClient.Answer answer = client.send(call.header("X-API-Key", stranger));
                assertThat(answer.text("code")).isEqualTo("organization_not_found");
            }
        }
        assertThat(SYSTEM.orders(organization)).isEmpty();
    }

    @Test
    void withoutAKeyNobodyIsLetIn() {
        String organization = SYSTEM.organization();
        try (RunningCheckout worker = SYSTEM.start()) {
            CheckoutClient client = worker.client();

            for (HttpRequest.Builder call : List.of(
                    status(client, organization),
                    sync(client, organization),
                    start(client, organization),
                    client.request(REPORT),
                    client.request(ReviewController.PATH),
                    status(client, organization).header("X-API-Key", "another"),
                    start(client, organization).header("Authorization", "Bearer "))) {
                CheckoutClient.Answer answer = client.send(call);
                assertThat(answer.status()).isEqualTo(401);
                assertThat(answer.text("code")).isEqualTo("unauthenticated");
                assertThat(answer.text("message")).isEqualTo(answer.text("detail"));
            }
        }
        assertThat(SYSTEM.orders(organization)).isEmpty();
    }

    private static HttpRequest.Builder status(CheckoutClient client, String organization) {
        return client.request(CheckoutClient.sessions(organization) + "/cs_x/status");
    }

    private static HttpRequest.Builder sync(CheckoutClient client, String organization) {
        return client.request(CheckoutClient.sessions(organization) + "/cs_x/sync")
                .POST(BodyPublishers.noBody());
    }

    private static HttpRequest.Builder start(CheckoutClient client, String organization) {
        return client.request(CheckoutClient.sessions(organization)).POST(BodyPublishers.ofString("{}"));
    }

    private static int outcome(CheckoutClient client, HttpRequest.Builder call, String key) {
        return client.send(call.header("Authorization", "Bearer " + key)).status();
    }
}
