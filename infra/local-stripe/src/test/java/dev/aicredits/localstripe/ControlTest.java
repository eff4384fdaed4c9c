package dev.aicredits.localstripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.stripe.exception.ApiException;
import com.stripe.exception.StripeException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The controls, as curl uses them. */
class ControlTest {
    private static StripeRun run;
    private static Browser curl;

    @BeforeAll
    static void start() {
        run = StripeRun.start();
        curl = Browser.curl(run.stripe);
    }

    @AfterAll
    static void stop() {
        run.close();
    }

    @AfterEach
    void behave() {
        curl.post("/control/webhooks/behave", "");
        curl.post("/control/faults/clear", "");
    }

    @Test
    void aPaymentGoesBackAndForth() throws StripeException {
        String payment = id("/control/sessions/" + run.session().getId() + "/pay", "");
        String refund = id("/control/payments/" + payment + "/refund-pending", "amount=100");
        id("/control/refunds/" + refund + "/settle", "");
        id("/control/refunds/" + refund + "/fail", "");
        assertThat(run.client.v1().refunds().retrieve(refund).getStatus()).isEqualTo("failed");
        String dispute = id("/control/payments/" + payment + "/dispute", "amount=200");
        id("/control/disputes/" + dispute + "/withdraw-funds", "");
        id("/control/disputes/" + dispute + "/close-lost", "");
        assertThat(run.client.v1().disputes().retrieve(dispute).getStatus()).isEqualTo("lost");
    }

    @Test
    void invoicesCarryTheirMetadata() throws StripeException {
        String invoice =
                id("/control/invoices", "amount=9900&description=June&metadata%5Baicredits_organization%5D=org_acme");
        id("/control/invoices/" + invoice + "/send", "");
        id("/control/invoices/" + invoice + "/pay", "");
        assertThat(run.client.v1().invoices().retrieve(invoice).getMetadata())
                .containsEntry("aicredits_organization", "org_acme");
    }

    @Test
    void webhooksAreLostAndSentAgain() {
        id("/control/webhooks/lose", "types=checkout.session.completed");
        run.receiver.received.clear();
        id("/control/sessions/" + run.session().getId() + "/pay", "");
        await().untilAsserted(() ->
                assertThat(run.receiver.types()).contains("payment_intent.succeeded", "charge.succeeded"));
        assertThat(run.receiver.types()).doesNotContain("checkout.session.completed");
        String lost = run.stripe.webhooks().undelivered().get(0);
        id("/control/webhooks/behave", "");
        id("/control/events/" + lost + "/resend", "");
        assertThat(run.receiver.types()).contains("checkout.session.completed");
    }

    @Test
    void faultsArePlannedByNameAndCallsAreCounted() {
        id("/control/faults", "kind=server_error&count=1&operations=session_list");
        assertThatThrownBy(() -> run.client.v1().checkout().sessions().list()).isInstanceOf(ApiException.class);
        assertThat(Json.parse(curl.get("/control/calls").body())
                        .get("session_list")
                        .longValue())
                .isEqualTo(run.stripe.faults().calls(StripeOperation.SESSION_LIST))
                .isPositive();
        assertThat(curl.post("/control/faults", "kind=earthquake").statusCode()).isEqualTo(400);
    }

    @Test
    void whatCannotBeDoneIsToldAndChangesNothing() {
        String session = run.session().getId();
        HttpResponse<String> refused = curl.post("/control/sessions/" + session + "/settle", "");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("no payment that waits for a bank");
        assertThat(curl.post("/control/sessions/cs_test_none/pay", "").statusCode())
                .isEqualTo(404);
        assertThat(curl.post("/control/sessions/" + session + "/steal", "").statusCode())
                .isEqualTo(404);
    }

    private static String id(String path, String form) {
        HttpResponse<String> done = curl.post(path, form);
        assertThat(done.statusCode()).as(path + ": " + done.body()).isEqualTo(200);
        return Json.requiredText(Json.parse(done.body()), "id");
    }
}
