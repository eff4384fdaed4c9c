package dev.aicredits.localstripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Subscription;
import com.stripe.model.checkout.Session;
import com.stripe.net.RequestOptions;
import com.stripe.param.SubscriptionCancelParams;
import com.stripe.param.checkout.SessionCreateParams;
import com.stripe.param.checkout.SessionRetrieveParams;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sessions of mode subscription, and what becomes of what they begin. */
class SubscriptionTest {
    @Test
    void aSessionThatIsPaidBeginsASubscription() throws StripeException {
        try (StripeRun run = StripeRun.start()) {
            Session opened = run.client
                    .v1()
                    .checkout()
                    .sessions()
                    .create(StripeRun.subscription(9900).build());
            assertThat(opened.getMode()).isEqualTo("subscription");
            assertThat(opened.getSubscription()).isNull();

            run.stripe.payments().decline(opened.getId());
            String id = run.stripe.payments().pay(opened.getId());

            Session paid = run.client
                    .v1()
                    .checkout()
                    .sessions()
                    .retrieve(
                            opened.getId(),
                            SessionRetrieveParams.builder()
                                    .addAllExpand(List.of("subscription", "invoice"))
                                    .build());
            assertThat(paid.getInvoiceObject().getAmountPaid()).isEqualTo(9900);
            assertThat(paid.getStatus()).isEqualTo("complete");
            assertThat(paid.getPaymentStatus()).isEqualTo("paid");
            assertThat(paid.getPaymentIntent()).isNull();
            Subscription subscription = paid.getSubscriptionObject();
            assertThat(subscription.getId()).isEqualTo(id);
            assertThat(subscription.getStatus()).isEqualTo("active");
            assertThat(subscription.getMetadata()).containsEntry("order", "order_2");
            var item = subscription.getItems().getData().get(0);
            assertThat(item.getCurrentPeriodEnd() - item.getCurrentPeriodStart())
                    .isBetween(28 * 86_400L, 31 * 86_400L);
            assertThat(run.client.v1().invoices().retrieve(paid.getInvoice()).getAmountPaid())
                    .isEqualTo(9900);
            await().untilAsserted(() -> assertThat(run.receiver.types())
                    .contains(
                            "customer.subscription.created",
                            "invoice.finalized",
                            "invoice.paid",
                            "checkout.session.completed"));
        }
    }

    @Test
    void itIsRenewedOrOwesOrEnds() throws StripeException {
        try (StripeRun run = StripeRun.start()) {
            String id = run.stripe
                    .payments()
                    .pay(run.client
                            .v1()
                            .checkout()
                            .sessions()
                            .create(StripeRun.subscription(9900).build())
                            .getId());
            Subscriptions subscriptions = run.stripe.subscriptions();
            long first = end(run, id);

            subscriptions.renew(id);
            assertThat(end(run, id)).isGreaterThan(first);
            subscriptions.failRenewal(id);
            assertThat(run.client.v1().subscriptions().retrieve(id).getStatus()).isEqualTo("past_due");
            subscriptions.renew(id);
            assertThat(run.client.v1().subscriptions().retrieve(id).getStatus()).isEqualTo("active");
            subscriptions.cancel(id);

            Subscription canceled = run.client.v1().subscriptions().retrieve(id);
            assertThat(canceled.getStatus()).isEqualTo("canceled");
            assertThat(canceled.getEndedAt()).isNotNull();
            assertThatThrownBy(() -> subscriptions.renew(id)).isInstanceOf(RefusedException.class);
            await().untilAsserted(() -> assertThat(run.receiver.types())
                    .contains(
                            "invoice.payment_failed",
                            "customer.subscription.updated",
                            "customer.subscription.deleted"));
        }
    }

    @Test
    void itIsCanceledByTheApiOnceWhateverTheKey() throws StripeException {
        try (StripeRun run = StripeRun.start()) {
            String id = run.stripe
                    .payments()
                    .pay(run.client
                            .v1()
                            .checkout()
                            .sessions()
                            .create(StripeRun.subscription(9900).build())
                            .getId());
            RequestOptions key =
                    RequestOptions.builder().setIdempotencyKey("same").build();
            SubscriptionCancelParams plain = SubscriptionCancelParams.builder()
                    .setInvoiceNow(false)
                    .setProrate(false)
                    .build();
            SubscriptionCancelParams prorated =
                    SubscriptionCancelParams.builder().setProrate(true).build();

            assertThatThrownBy(() -> run.client.v1().subscriptions().cancel(id, prorated))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("does not support a last invoice");
            Subscription canceled = run.client.v1().subscriptions().cancel(id, plain, key);

            assertThat(canceled.getStatus()).isEqualTo("canceled");
            assertThat(canceled.getCancellationDetails().getReason()).isEqualTo("cancellation_requested");
            assertThatThrownBy(() -> run.client.v1().subscriptions().cancel(id, plain, key))
                    .isInstanceOfSatisfying(InvalidRequestException.class, gone -> {
                        assertThat(gone.getStatusCode()).isEqualTo(404);
                        assertThat(gone.getCode()).isEqualTo("resource_missing");
                    });
            assertThat(run.client.v1().subscriptions().retrieve(id).getStatus()).isEqualTo("canceled");
            await().untilAsserted(
                            () -> assertThat(run.receiver.types()).containsOnlyOnce("customer.subscription.deleted"));
        }
    }

    private static long end(StripeRun run, String id) throws StripeException {
        return run.client
                .v1()
                .subscriptions()
                .retrieve(id)
                .getItems()
                .getData()
                .get(0)
                .getCurrentPeriodEnd();
    }

    @Test
    void whatBelongsToTheOtherModeIsRefused() {
        try (StripeRun run = StripeRun.start()) {
            SessionCreateParams.PaymentIntentData payment = SessionCreateParams.PaymentIntentData.builder()
                    .putMetadata("order", "x")
                    .build();
            SessionCreateParams.SubscriptionData subscription = SessionCreateParams.SubscriptionData.builder()
                    .putMetadata("order", "x")
                    .build();
            for (SessionCreateParams wrong : List.of(
                    StripeRun.subscription(9900).setPaymentIntentData(payment).build(),
                    StripeRun.topUp(5000).setSubscriptionData(subscription).build())) {
                assertThatThrownBy(() -> run.client.v1().checkout().sessions().create(wrong))
                        .isInstanceOf(InvalidRequestException.class);
            }
        }
    }
}
