package dev.aicredits.localstripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.stripe.exception.StripeException;
import com.stripe.model.Charge;
import com.stripe.model.PaymentIntent;
import com.stripe.model.checkout.Session;
import com.stripe.param.checkout.SessionRetrieveParams;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A purchase from the first call to the last event, as a client of Stripe sees it. */
class CheckoutTest {
    private static StripeRun run;

    @BeforeAll
    static void start() {
        run = StripeRun.start();
    }

    @AfterAll
    static void stop() {
        run.close();
    }

    @BeforeEach
    void forget() {
        run.receiver.received.clear();
    }

    @Test
    void sessionBeginsOpenAndUnpaidWithoutAPaymentIntent() throws StripeException {
        Session session = run.session();
        assertThat(session.getStatus()).isEqualTo("open");
        assertThat(session.getPaymentStatus()).isEqualTo("unpaid");
        assertThat(session.getAmountTotal()).isEqualTo(5000);
        assertThat(session.getCurrency()).isEqualTo("usd");
        assertThat(session.getClientReferenceId()).isEqualTo("org_acme:order_1");
        assertThat(session.getMetadata()).containsEntry("organization", "org_acme");
        assertThat(session.getPaymentIntent()).isNull();
        assertThat(session.getUrl()).startsWith(run.stripe.baseUrl());
        assertThat(session.getLivemode()).isFalse();
        assertThat(session.getLineItems()).isNull();
    }

    @Test
    void cardPaysAtOnce() throws StripeException {
        String id = run.session().getId();
        String paymentIntent = run.stripe.payments().pay(id);

        Session session = retrieve(run, id, "line_items", "payment_intent.latest_charge.balance_transaction");
        assertThat(session.getStatus()).isEqualTo("complete");
        assertThat(session.getPaymentStatus()).isEqualTo("paid");
        assertThat(session.getUrl()).isNull();
        assertThat(session.getLineItems().getData()).singleElement().satisfies(item -> assertThat(item.getAmountTotal())
                .isEqualTo(5000));
        PaymentIntent payment = session.getPaymentIntentObject();
        assertThat(payment.getId()).isEqualTo(paymentIntent);
        assertThat(payment.getStatus()).isEqualTo("succeeded");
        assertThat(payment.getMetadata()).containsEntry("order", "order_1");
        Charge charge = payment.getLatestChargeObject();
        assertThat(charge.getPaid()).isTrue();
        assertThat(charge.getBalanceTransactionObject().getFee()).isEqualTo(175);
        assertThat(charge.getBalanceTransactionObject().getNet()).isEqualTo(4825);
        await().untilAsserted(() -> assertThat(run.receiver.types())
                .containsExactlyInAnyOrder(
                        "payment_intent.created",
                        "charge.succeeded",
                        "payment_intent.succeeded",
                        "checkout.session.completed"));
    }

    @Test
    void bankPaysLater() throws StripeException {
        String id = run.session().getId();
        run.stripe.payments().payLater(id);
        assertThat(retrieve(run, id).getStatus()).isEqualTo("complete");
        assertThat(retrieve(run, id).getPaymentStatus()).isEqualTo("unpaid");

        run.stripe.payments().settle(id);
        assertThat(retrieve(run, id).getPaymentStatus()).isEqualTo("paid");
        await().untilAsserted(() -> assertThat(run.receiver.types())
                .contains("checkout.session.completed", "checkout.session.async_payment_succeeded"));
        assertThatThrownBy(() -> run.stripe.payments().settle(id)).isInstanceOf(RefusedException.class);
    }

    static Session retrieve(StripeRun run, String id, String... expand) throws StripeException {
        SessionRetrieveParams.Builder params = SessionRetrieveParams.builder();
        for (String path : expand) {
            params.addExpand(path);
        }
        return run.client.v1().checkout().sessions().retrieve(id, params.build());
    }
}
