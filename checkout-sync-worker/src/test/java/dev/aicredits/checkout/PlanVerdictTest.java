package dev.aicredits.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.checkout.PlanVerdict.Held;
import dev.aicredits.checkout.PlanVerdict.Paid;
import dev.aicredits.checkout.PlanVerdict.Reason;
import dev.aicredits.checkout.PlanVerdict.Unpaid;
import dev.aicredits.stripe.StripeSession;
import dev.aicredits.stripe.StripeSession.PaymentStatus;
import dev.aicredits.stripe.StripeSession.Status;
import dev.aicredits.stripe.StripeSubscription;
import dev.aicredits.stripe.SubscribingSession;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What follows for an order of a plan from Stripe's session, whatever the metadata says. */
class PlanVerdictTest {

    private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
    private static final UUID ORDER = new UUID(1, 2);
    private static final StripeSubscription SUBSCRIPTION = new StripeSubscription(
            "sub_1", StripeSubscription.Status.ACTIVE, "org_a", ORDER.toString(), NOW.plusSeconds(60));

    private Status status = Status.COMPLETE;
    private PaymentStatus payment = PaymentStatus.PAID;
    private long amountCents = 9900;
    private Long itemsCents = 9900L;
    private String currency = "usd";
    private boolean livemode;
    private String reference = ORDER.toString();
    private String sessionId = "cs_1";
    private StripeSubscription subscription = SUBSCRIPTION;
    private Long invoicePaidCents = 9900L;

    private PlanVerdict verdict() {
        PlanOrder order = new PlanOrder(
                1,
                "org_a",
                ORDER,
                "mcp_hosting_team",
                "Team",
                PlanOrderState.OPEN,
                null,
                9900,
                "usd",
                false,
                "s",
                "c",
                "cs_1",
                "u",
                NOW,
                null,
                null,
                null,
                NOW,
                NOW);
        StripeSession session = new StripeSession(
                sessionId,
                status,
                payment,
                amountCents,
                currency,
                livemode,
                reference,
                null,
                null,
                NOW,
                NOW,
                itemsCents,
                null);
        return PlanVerdict.of(
                order, new SubscribingSession(session, "org_a", ORDER.toString(), subscription, invoicePaidCents));
    }

    @Test
    void whatIsPaidAsOrderedIsPaid() {
        assertThat(verdict()).isEqualTo(new Paid(SUBSCRIPTION));
    }

    @Test
    void nothingIsPaidBeforeTheCustomerHas() {
        status = Status.OPEN;
        assertThat(verdict()).isEqualTo(new Unpaid(PlanOrderState.OPEN));
        status = Status.EXPIRED;
        assertThat(verdict()).isEqualTo(new Unpaid(PlanOrderState.EXPIRED));
        status = Status.COMPLETE;
        payment = PaymentStatus.UNPAID;
        assertThat(verdict()).isEqualTo(new Unpaid(PlanOrderState.PROCESSING));
    }

    @Test
    void whatDiffersFromTheOrderIsHeld() {
        sessionId = "cs_2";
        assertThat(verdict()).isEqualTo(new Held(Reason.OTHER_SESSION));
        sessionId = "cs_1";
        reference = new UUID(3, 4).toString();
        assertThat(verdict()).isEqualTo(new Held(Reason.OTHER_REFERENCE));
        reference = null;
        assertThat(verdict()).isEqualTo(new Held(Reason.OTHER_REFERENCE));
        reference = ORDER.toString();
        livemode = true;
        assertThat(verdict()).isEqualTo(new Held(Reason.OTHER_MODE));
        livemode = false;
        payment = PaymentStatus.NO_PAYMENT_REQUIRED;
        assertThat(verdict()).isEqualTo(new Held(Reason.OTHER_MODE));
        payment = PaymentStatus.PAID;
        currency = "eur";
        assertThat(verdict()).isEqualTo(new Held(Reason.OTHER_CURRENCY));
        currency = "usd";
        amountCents = 1;
        assertThat(verdict()).isEqualTo(new Held(Reason.OTHER_AMOUNT));
        amountCents = 9900;
        itemsCents = 1L;
        assertThat(verdict()).isEqualTo(new Held(Reason.OTHER_AMOUNT));
        itemsCents = 9900L;
        invoicePaidCents = 9899L;
        assertThat(verdict()).isEqualTo(new Held(Reason.OTHER_AMOUNT));
        invoicePaidCents = null;
        assertThat(verdict()).as("what the invoice does not say yet").isEqualTo(new Paid(SUBSCRIPTION));
        subscription = null;
        assertThat(verdict()).isEqualTo(new Held(Reason.NO_SUBSCRIPTION));
    }
}
