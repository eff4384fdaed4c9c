package dev.aicredits.localstripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.BalanceTransaction;
import com.stripe.model.Charge;
import com.stripe.model.Dispute;
import com.stripe.model.Refund;
import com.stripe.param.BalanceTransactionListParams;
import com.stripe.param.ChargeListParams;
import com.stripe.param.ChargeRetrieveParams;
import com.stripe.param.DisputeListParams;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.RefundListParams;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Money that goes back: refunds and disputes. */
class RefundTest {
    private static final int PAYMENT_EVENTS = 4;

    private StripeRun run;
    private String payment;

    @BeforeEach
    void pay() {
        run = StripeRun.start();
        payment = run.stripe.payments().pay(run.session().getId());
        await().untilAsserted(() -> assertThat(run.receiver.received).hasSize(PAYMENT_EVENTS));
        run.receiver.received.clear();
    }

    @AfterEach
    void stop() {
        run.close();
    }

    @Test
    void chargeCountsWhatWasRefunded() throws StripeException {
        Refund part = run.client
                .v1()
                .refunds()
                .create(RefundCreateParams.builder()
                        .setPaymentIntent(payment)
                        .setAmount(2000L)
                        .setReason(RefundCreateParams.Reason.REQUESTED_BY_CUSTOMER)
                        .putMetadata("ticket", "1")
                        .build());
        assertThat(part.getStatus()).isEqualTo("succeeded");
        assertThat(charge().getAmountRefunded()).isEqualTo(2000);
        assertThat(charge().getRefunded()).isFalse();

        run.stripe.payments().refund(payment);
        assertThat(charge().getAmountRefunded()).isEqualTo(5000);
        assertThat(charge().getRefunded()).isTrue();
        assertThat(refunds()).extracting(Refund::getAmount).containsExactly(3000L, 2000L);
        Charge expanded = run.client
                .v1()
                .charges()
                .retrieve(
                        charge().getId(),
                        ChargeRetrieveParams.builder().addExpand("refunds").build());
        assertThat(expanded.getRefunds().getData()).hasSize(2);
        await().untilAsserted(() -> assertThat(run.receiver.types())
                .containsExactlyInAnyOrder("refund.created", "charge.refunded", "refund.created", "charge.refunded"));
    }

    @Test
    void moreThanIsLeftIsNotRefunded() throws StripeException {
        run.stripe.payments().refund(payment, 4000);
        InvalidRequestException tooMuch = catchThrowableOfType(InvalidRequestException.class, () -> run.client
                .v1()
                .refunds()
                .create(RefundCreateParams.builder()
                        .setPaymentIntent(payment)
                        .setAmount(1001L)
                        .build()));
        assertThat(tooMuch.getStripeError().getParam()).isEqualTo("amount");
        run.stripe.payments().refund(payment);
        InvalidRequestException again = catchThrowableOfType(InvalidRequestException.class, () -> run.client
                .v1()
                .refunds()
                .create(RefundCreateParams.builder().setCharge(charge().getId()).build()));
        assertThat(again.getCode()).isEqualTo("charge_already_refunded");
        assertThat(refunds()).hasSize(2);
    }

    @Test
    void failedRefundGivesTheMoneyBack() throws StripeException {
        String refund = run.stripe.payments().refundPending(payment, 5000);
        assertThat(refunds()).extracting(Refund::getStatus).containsExactly("pending");
        assertThat(charge().getRefunded()).isTrue();

        run.stripe.payments().failRefund(refund);
        Refund failed = run.client.v1().refunds().retrieve(refund);
        assertThat(failed.getStatus()).isEqualTo("failed");
        assertThat(failed.getFailureBalanceTransaction()).isNotNull();
        assertThat(charge().getRefunded()).isFalse();
        assertThat(charge().getAmountRefunded()).isZero();
        assertThat(netOf(refund)).isZero();
        await().untilAsserted(() -> assertThat(run.receiver.types())
                .contains("refund.created", "charge.refunded", "refund.failed", "refund.updated"));
        assertThatThrownBy(() -> run.stripe.payments().failRefund(refund)).isInstanceOf(RefusedException.class);
    }

    @Test
    void pendingRefundSettles() throws StripeException {
        String refund = run.stripe.payments().refundPending(payment, 100);
        run.stripe.payments().settleRefund(refund);
        assertThat(refunds()).extracting(Refund::getStatus).containsExactly("succeeded");
        await().untilAsserted(() -> assertThat(run.receiver.types()).contains("refund.updated"));
    }

    @Test
    void disputeMovesMoneyWhenFundsMove() throws StripeException {
        String dispute = run.stripe.disputes().open(payment);
        assertThat(charge().getDisputed()).isTrue();
        assertThat(disputes()).singleElement().satisfies(one -> {
            assertThat(one.getStatus()).isEqualTo("needs_response");
            assertThat(one.getBalanceTransactions()).isEmpty();
        });
        run.stripe.disputes().withdrawFunds(dispute);
        run.stripe.disputes().closeWon(dispute);
        run.stripe.disputes().reinstateFunds(dispute);

        assertThat(disputes()).singleElement().satisfies(one -> {
            assertThat(one.getStatus()).isEqualTo("won");
            assertThat(one.getBalanceTransactions())
                    .extracting(BalanceTransaction::getNet)
                    .containsExactly(-6500L, 6500L);
        });
        await().untilAsserted(() -> assertThat(run.receiver.types())
                .containsExactlyInAnyOrder(
                        "charge.dispute.created",
                        "charge.dispute.funds_withdrawn",
                        "charge.dispute.closed",
                        "charge.dispute.funds_reinstated"));
        assertThatThrownBy(() -> run.stripe.disputes().withdrawFunds(dispute)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> run.stripe.payments().refund(payment)).isInstanceOf(RefusedException.class);
    }

    private Charge charge() throws StripeException {
        return run.client
                .v1()
                .charges()
                .list(ChargeListParams.builder().setPaymentIntent(payment).build())
                .getData()
                .get(0);
    }

    private List<Refund> refunds() throws StripeException {
        return run.client
                .v1()
                .refunds()
                .list(RefundListParams.builder().setPaymentIntent(payment).build())
                .getData();
    }

    private List<Dispute> disputes() throws StripeException {
        return run.client
                .v1()
                .disputes()
                .list(DisputeListParams.builder().setPaymentIntent(payment).build())
                .getData();
    }

    private long netOf(String source) throws StripeException {
        return run
                .client
                .v1()
                .balanceTransactions()
                .list(BalanceTransactionListParams.builder().setSource(source).build())
                .getData()
                .stream()
                .mapToLong(BalanceTransaction::getNet)
                .sum();
    }
}
