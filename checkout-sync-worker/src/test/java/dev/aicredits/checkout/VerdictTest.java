package dev.aicredits.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.checkout.Verdict.Held;
import dev.aicredits.checkout.Verdict.Paid;
import dev.aicredits.checkout.Verdict.Unpaid;
import dev.aicredits.stripe.StripePayment;
import dev.aicredits.stripe.StripeSession;
import dev.aicredits.stripe.StripeSession.PaymentStatus;
import dev.aicredits.stripe.StripeSession.Status;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {

    private static final UUID ORDER_ID = UUID.fromString("00000000-0000-4000-8000-000000000001");
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

    @Test
    void paidAsOrderedIsPaid() {
        assertThat(Verdict.of(order("cs_1"), paid("cs_1", 5000, "usd", false, ORDER_ID.toString(), 5000L)))
                .isEqualTo(new Paid());
    }

    @Test
    void aSessionThatWasPaidBeforeWeKnewItIsPaid() {
        assertThat(Verdict.of(order(null), paid("cs_1", 5000, "usd", false, ORDER_ID.toString(), 5000L)))
                .isEqualTo(new Paid());
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
                    cs_1, 4999, usd, false, 00000000-0000-4000-8000-000000000001, 4999, AMOUNT_MISMATCH
                    cs_1, 5001, usd, false, 00000000-0000-4000-8000-000000000001, 5000, AMOUNT_MISMATCH
                    cs_1,    5, usd, false, 00000000-0000-4000-8000-000000000001,    5, AMOUNT_MISMATCH
                    cs_1, 5000, eur, false, 00000000-0000-4000-8000-000000000001, 5000, CURRENCY_MISMATCH
                    cs_1, 5000, USD, false, 00000000-0000-4000-8000-000000000001, 5000, CURRENCY_MISMATCH
                    cs_1, 5000, usd, true,  00000000-0000-4000-8000-000000000001, 5000, LIVEMODE_MISMATCH
                    cs_1, 5000, usd, false, 00000000-0000-4000-8000-000000000002, 5000, REFERENCE_MISMATCH
                    cs_1, 5000, usd, false, -,                                    5000, REFERENCE_MISMATCH
                    cs_2, 5000, usd, false, 00000000-0000-4000-8000-000000000001, 5000, SECOND_SESSION
                    cs_1, 5000, usd, false, 00000000-0000-4000-8000-000000000001, 6000, LINE_ITEMS_MISMATCH
                    cs_1, 5000, usd, false, 00000000-0000-4000-8000-000000000001, -,    LINE_ITEMS_MISMATCH
                    """)
    void paidOtherwiseIsHeld(
            String session,
            long cents,
            String currency,
            boolean livemode,
            String reference,
            Long items,
            ReviewReason reason) {
        assertThat(Verdict.of(order("cs_1"), paid(session, cents, currency, livemode, reference, items)))
                .isEqualTo(new Held(reason));
    }

    @Test
    void noPaymentRequiredIsNotPaid() {
        StripeSession session = session(
                "cs_1",
                Status.COMPLETE,
                PaymentStatus.NO_PAYMENT_REQUIRED,
                5000,
                "usd",
                false,
                ORDER_ID.toString(),
                5000L,
                null);

        assertThat(Verdict.of(order("cs_1"), session)).isEqualTo(new Held(ReviewReason.NO_PAYMENT));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
                    OPEN,     -,                       OPEN,       -
                    OPEN,     requires_payment_method, OPEN,       -
                    EXPIRED,  -,                       EXPIRED,    -
                    EXPIRED,  canceled,                EXPIRED,    -
                    COMPLETE, processing,              PROCESSING, -
                    COMPLETE, -,                       PROCESSING, -
                    COMPLETE, something_new,           PROCESSING, -
                    COMPLETE, requires_payment_method, FAILED,     payment_failed
                    COMPLETE, canceled,                FAILED,     payment_failed
                    """)
    void unpaidIsAsFarAsItsPayment(Status status, String paymentStatus, OrderState state, String reason) {
        StripePayment payment =
                paymentStatus == null ? null : new StripePayment("pi_1", paymentStatus, null, null, 0, false);
        StripeSession session =
                session("cs_1", status, PaymentStatus.UNPAID, 5000, "usd", false, ORDER_ID.toString(), 5000L, payment);

        assertThat(Verdict.of(order("cs_1"), session)).isEqualTo(new Unpaid(state, reason));
    }

    @Test
    void statesOnlyMoveUp() {
        OrderState[] states = OrderState.values();
        for (OrderState from : states) {
            for (OrderState to : states) {
                assertThat(from.movesTo(to) && to.movesTo(from))
                        .as(from + " and " + to)
                        .isFalse();
            }
            assertThat(OrderState.CREDITED.movesTo(from))
                    .as("from credited to " + from)
                    .isFalse();
            boolean isOver = from == OrderState.CREDITED || from == OrderState.REFUSED;
            assertThat(from.movesTo(OrderState.CREDITED))
                    .as("from " + from + " to credited")
                    .isEqualTo(!isOver);
        }
        assertThat(OrderState.EXPIRED.movesTo(OrderState.FAILED)).isFalse();
    }

    @Test
    void aReleasedOrderTakesTheSessionAndTheAmountThatAPersonLookedAtAndNoOther() {
        Order released = order("cs_1").releasedAs(new Order.Release("cs_2", 4999));

        assertThat(Verdict.of(released, paid("cs_2", 4999, "usd", false, null, null)))
                .isEqualTo(new Verdict.Paid());
        assertThat(Verdict.of(released, paid("cs_2", 5000, "usd", false, null, null)))
                .isEqualTo(new Verdict.Held(ReviewReason.AMOUNT_MISMATCH));
        assertThat(Verdict.of(released, paid("cs_2", 4999, "eur", false, null, null)))
                .isEqualTo(new Verdict.Held(ReviewReason.CURRENCY_MISMATCH));
        assertThat(Verdict.of(released, paid("cs_2", 4999, "usd", true, null, null)))
                .isEqualTo(new Verdict.Held(ReviewReason.LIVEMODE_MISMATCH));
        assertThat(Verdict.of(released, paid("cs_1", 5000, "usd", false, ORDER_ID.toString(), 5000L)))
                .isEqualTo(new Verdict.Held(ReviewReason.SECOND_SESSION));
        assertThat(released.creditCents()).isEqualTo(4999);
    }

    private static Order order(@Nullable String sessionId) {
        return new Order(
                1,
                "org_a",
                ORDER_ID,
                OrderState.OPEN,
                null,
                null,
                5000,
                "usd",
                false,
                RequestHash.of("x"),
                "s",
                "c",
                sessionId,
                null,
                null,
                null,
                NOW);
    }

    private static StripeSession paid(
            String id,
            long cents,
            String currency,
            boolean livemode,
            @Nullable String reference,
            @Nullable Long items) {
        return session(
                id,
                Status.COMPLETE,
                PaymentStatus.PAID,
                cents,
                currency,
                livemode,
                reference,
                items,
                new StripePayment("pi_1", "succeeded", "ch_1", NOW, 0, false));
    }

    private static StripeSession session(
            String id,
            Status status,
            PaymentStatus paymentStatus,
            long cents,
            String currency,
            boolean livemode,
            @Nullable String reference,
            @Nullable Long items,
            @Nullable StripePayment payment) {
        return new StripeSession(
                id,
                status,
                paymentStatus,
                cents,
                currency,
                livemode,
                reference,
                ORDER_ID.toString(),
                null,
                NOW,
                NOW,
                items,
                payment);
    }
}
