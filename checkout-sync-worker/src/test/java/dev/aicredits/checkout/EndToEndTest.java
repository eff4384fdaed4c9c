package dev.aicredits.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.checkout.CheckoutClient.Answer;
import dev.aicredits.localstripe.ApiFault;
import dev.aicredits.localstripe.LocalStripe;
import dev.aicredits.localstripe.LocalStripeSettings;
import dev.aicredits.localstripe.StripeOperation;
import dev.aicredits.localstripe.WebhookEndpoint;
import dev.aicredits.testkit.Patience;
import dev.aicredits.testkit.TestInfra;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The worker, whole, against the local Stripe, which calls its webhook. */
class EndToEndTest {

    private static final CheckoutSystem SYSTEM = CheckoutSystem.create();
    private static final LocalStripe STRIPE = LocalStripe.start(LocalStripeSettings.of(
                    CheckoutSystem.STRIPE_KEY,
                    TestInfra.shared().createDatabase().dataSource(),
                    Clock.systemUTC())
            .withRetrySchedule(Duration.ofMillis(100)));
    private static final RunningCheckout WORKER =
            SYSTEM.start("aicredits.checkout-sync.stripe.api-base=" + STRIPE.baseUrl());
    private static final CheckoutClient CLIENT = WORKER.client();

    static {
        STRIPE.webhooks()
                .use(WebhookEndpoint.of(
                        URI.create("http://127.0.0.1:" + WORKER.port() + StripeWebhookController.PATH),
                        "another-secret",
                        CheckoutSystem.WEBHOOK_SECRET));
    }

    private final String organization = SYSTEM.organization();

    @AfterEach
    void behave() {
        STRIPE.webhooks().behave();
        STRIPE.faults().clear();
    }

    @AfterAll
    static void closeAndAudit() {
        try (STRIPE;
                SYSTEM) {
            assertThat(SYSTEM.audit()).isEmpty();
        }
    }

    @Test
    void whatIsBoughtByCardIsCredited() {
        STRIPE.payments().pay(start("50"));

        awaitEntries("top_up 50");
    }

    @Test
    void aDeclinedCardLeavesTheSessionOpenForAnother() {
        String session = start("50");
        STRIPE.payments().decline(session);
        assertThat(CLIENT.sync(organization, session).text("status")).isEqualTo("open");

        STRIPE.payments().pay(session);

        awaitEntries("top_up 50");
    }

    @Test
    void whatIsPaidLaterIsCreditedLaterOrNever() {
        String settled = start("50");
        String failed = start("60");
        STRIPE.payments().payLater(settled);
        STRIPE.payments().payLater(failed);
        assertThat(CLIENT.sync(organization, settled).text("status")).isEqualTo("processing");

        STRIPE.payments().settle(settled);
        STRIPE.payments().fail(failed);

        awaitEntries("top_up 50");
        Patience.awaitTrue(
                "failed", () -> SYSTEM.orders(organization).equals(List.of("credited", "failed:payment_failed")));
    }

    @Test
    void aSessionThatIsLeftExpires() {
        STRIPE.payments().expire(start("50"));

        Patience.awaitTrue("expired", () -> SYSTEM.orders(organization).equals(List.of("expired")));
    }

    @Test
    void allThatCanHappenToAPaymentTwiceAndShuffledEndsInTheSameLedger() {
        long seed = System.nanoTime();
        STRIPE.webhooks().duplicate(1);
        STRIPE.webhooks().hold();
        String session = start("50");
        STRIPE.payments().payLater(session);
        STRIPE.payments().settle(session);
        String payment = STRIPE.payments().pay(start("60"));
        String pending = STRIPE.payments().refundPending(payment, 1000);
        STRIPE.payments().refund(payment, 2000);
        STRIPE.payments().failRefund(pending);
        String dispute = STRIPE.disputes().open(payment);
        STRIPE.disputes().withdrawFunds(dispute);
        STRIPE.disputes().reinstateFunds(dispute);
        STRIPE.disputes().closeWon(dispute);
        STRIPE.webhooks().releaseShuffled(seed);

        awaitEntries("dispute -60", "dispute_reversal 60", "refund -20", "top_up 50", "top_up 60");
        Patience.awaitTrue(
                "all are delivered", () -> STRIPE.webhooks().undelivered().isEmpty());
        assertThat(SYSTEM.balance(organization)).as("seed " + seed).isEqualByComparingTo("90");
    }

    @Test
    void whatCouldNotBeDeliveredIsFetched() {
        STRIPE.webhooks().lose();
        String payment = STRIPE.payments().pay(start("50"));
        STRIPE.payments().refund(payment, 2000);
        Patience.awaitTrue(
                "some are lost", () -> STRIPE.webhooks().undelivered().size() >= 3);
        assertThat(SYSTEM.entries(organization)).isEmpty();

        WORKER.bean(UndeliveredEventSweep.class).run(null);

        awaitEntries("refund -20", "top_up 50");
    }

    @Test
    void aSessionWhoseAnswerWasLostIsTheOneThatTheRetryGets() {
        STRIPE.faults().next(6, ApiFault.reset().afterTheWork(), StripeOperation.SESSION_CREATE);
        assertThat(CLIENT.start(organization, "50", "Idempotency-Key", "lost").status())
                .isEqualTo(502);
        STRIPE.faults().clear();

        Answer first = CLIENT.start(organization, "50", "Idempotency-Key", "lost");
        Answer again = CLIENT.start(organization, "50", "Idempotency-Key", "lost");
        STRIPE.payments().pay(first.text("sessionId"));

        assertThat(again.body()).isEqualTo(first.body());
        awaitEntries("top_up 50");
    }

    private String start(String usd) {
        Answer answer = CLIENT.start(organization, usd);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.text("sessionId");
    }

    private void awaitEntries(String... entries) {
        Patience.awaitTrue("the ledger has " + List.of(entries), () -> SYSTEM.entries(organization)
                .equals(List.of(entries)));
    }
}
