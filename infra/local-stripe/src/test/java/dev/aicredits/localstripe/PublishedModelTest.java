package dev.aicredits.localstripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.exception.StripeException;
import com.stripe.param.BalanceTransactionListParams;
import com.stripe.param.ChargeRetrieveParams;
import com.stripe.param.DisputeListParams;
import com.stripe.param.EventListParams;
import com.stripe.param.RefundCreateParams;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/** Every operation's answer is as Stripe publishes it, and the check that says so notices what is not. */
class PublishedModelTest {
    @Test
    void everyOperationAnswersInPublishedForm() throws StripeException {
        try (StripeRun run = StripeRun.start()) {
            var v1 = run.client.v1();
            var sessions = v1.checkout().sessions();
            sessions.expire(run.session().getId());
            String session = run.session().getId();
            String payment = run.stripe.payments().pay(session);
            sessions.list();
            sessions.retrieve(session);
            sessions.lineItems().list(session);
            v1.paymentIntents().list();
            String charge = v1.paymentIntents().retrieve(payment).getLatestCharge();
            v1.charges().list();
            v1.charges()
                    .retrieve(
                            charge,
                            ChargeRetrieveParams.builder()
                                    .addExpand("balance_transaction")
                                    .addExpand("payment_intent")
                                    .build());
            var refund = v1.refunds()
                    .create(RefundCreateParams.builder()
                            .setCharge(charge)
                            .setAmount(1L)
                            .build());
            v1.refunds().list();
            v1.refunds().retrieve(refund.getId());
            run.stripe.payments().failRefund(refund.getId());
            String dispute = run.stripe.disputes().open(payment);
            run.stripe.disputes().withdrawFunds(dispute);
            v1.disputes().list(DisputeListParams.builder().setCharge(charge).build());
            v1.disputes().retrieve(dispute);
            v1.balanceTransactions().retrieve(refund.getBalanceTransaction());
            v1.balanceTransactions()
                    .list(BalanceTransactionListParams.builder()
                            .setType("adjustment")
                            .build());
            String invoice = run.stripe.invoices().create(100, "usd", "Hosting", Map.of());
            v1.invoices().list();
            v1.invoicePayments().list();
            v1.invoices().retrieve(invoice);
            String subscription = run.stripe
                    .payments()
                    .pay(sessions.create(StripeRun.subscription(9900).build()).getId());
            run.stripe.subscriptions().failRenewal(subscription);
            v1.subscriptions().cancel(subscription);
            v1.subscriptions().retrieve(subscription);
            var events =
                    v1.events().list(EventListParams.builder().setLimit(100L).build());
            v1.events().retrieve(events.getData().get(0).getId());

            run.requirePublishedForm();
            for (StripeOperation operation : StripeOperation.values()) {
                assertThat(run.stripe.faults().calls(operation))
                        .as(operation.name())
                        .isPositive();
            }
        }
    }

    static Object[] whatIsWrong() {
        return new Object[][] {
            wrong("a member that Stripe has not", charge -> charge.put("colour", "blue")),
            wrong("a member is missing", charge -> charge.remove("balance_transaction")),
            wrong("a member of a part is missing", charge -> charge.withObject("/billing_details")
                    .remove("email")),
            wrong("a number as a string", charge -> charge.put("amount", "100")),
            wrong("a fraction", charge -> charge.put("amount", 100.5)),
            wrong("a string as a boolean", charge -> charge.put("paid", "true")),
            wrong("milliseconds", charge -> charge.put("created", 1_700_000_000_000L)),
            wrong("another form of id", charge -> charge.put("id", "charge-1")),
            wrong("another object's id", charge -> charge.put("payment_intent", "ch_000000000000000000000000")),
            wrong("a state that Stripe has not", charge -> charge.put("status", "done")),
            wrong("an object in place of a list", charge -> charge.putObject("refunds")),
        };
    }

    private static Object[] wrong(String name, Consumer<ObjectNode> change) {
        return new Object[] {name, change};
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatIsWrong")
    void checkNoticesWhatIsWrong(String name, Consumer<ObjectNode> change) {
        ObjectNode charge = StripeKind.CHARGE.create("ch_000000000000000000000000", 1_700_000_000);
        charge.put("currency", "usd").put("payment_intent", "pi_000000000000000000000000");
        new PublishedModel().check(Json.write(charge));
        change.accept(charge);
        assertThatThrownBy(() -> new PublishedModel().check(Json.write(charge))).isInstanceOf(AssertionError.class);
    }
}
