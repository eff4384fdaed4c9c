package dev.aicredits.checkout;

import static dev.aicredits.checkout.SharedWorker.AT_STRIPE;
import static dev.aicredits.checkout.SharedWorker.CLIENT;
import static dev.aicredits.checkout.SharedWorker.SYSTEM;
import static dev.aicredits.checkout.SharedWorker.WORKER;
import static dev.aicredits.checkout.SharedWorker.actOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.checkout.CheckoutClient.Answer;
import dev.aicredits.testkit.Patience;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** From what Stripe says to the ledger: once, whoever asks, and told to whoever stops agents. */
@ExtendWith(SharedWorker.class)
class FulfilmentTest {

    private final String organization = SYSTEM.organization();

    @Test
    void aPaidSessionIsCreditedBySyncAndSaidToBe() {
        String session = start("50.25");
        AT_STRIPE.pay(session);

        assertThat(CLIENT.status(organization, session).text("status")).isEqualTo("open");
        Answer synced = CLIENT.sync(organization, session);

        assertThat(synced.body())
                .isEqualTo(
                        ("{\"product\":\"ai-credits\",\"sessionId\":\"%s\",\"status\":\"completed\",\"completed\":true,"
                                        + "\"ledgerEntryId\":\"1\",\"creditAmountUsd\":50.25}")
                                .formatted(session));
        assertThat(CLIENT.sync(organization, session).body()).isEqualTo(synced.body());
        assertThat(CLIENT.status(organization, session).body()).isEqualTo(synced.body());
        assertThat(SYSTEM.entries(organization)).containsExactly("top_up 50.25");
    }

    @Test
    void aPaidSessionIsCreditedByItsWebhook() {
        String session = start("50");

        assertThat(CLIENT.webhook(AT_STRIPE.pay(session)).status()).isEqualTo(200);

        awaitState("credited");
        assertThat(SYSTEM.entries(organization)).containsExactly("top_up 50");
    }

    @Test
    void aPaidSessionIsCreditedWhenTheCustomerComesBack() {
        String session = start("50");
        assertThat(CLIENT.returnPage(session).body()).contains("Not paid");
        AT_STRIPE.pay(session);

        Answer page = CLIENT.returnPage(session);

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body()).contains("Your credits have been added.").doesNotContain(organization, session);
        assertThat(page.response().headers().firstValue("Content-Security-Policy"))
                .isPresent();
        assertThat(SYSTEM.entries(organization)).containsExactly("top_up 50");
        assertThat(CLIENT.returnPage("cs_nobody").body()).contains("Not paid");
    }

    @Test
    void fiftyWebhooksTwentySyncsAndTheSweepAtOnceAreOneEntry() {
        String session = start("50");
        String paid = AT_STRIPE.pay(session);
        long before = WORKER.count("aicredits.checkout.events");
        ExecutorService threads = Executors.newFixedThreadPool(71);
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String event = paid.replaceFirst("evt_", "evt_" + i + "x");
            all.add(CompletableFuture.runAsync(
                    () -> assertThat(CLIENT.webhook(event).status()).isEqualTo(200), threads));
        }
        for (int i = 0; i < 20; i++) {
            all.add(CompletableFuture.runAsync(
                    () -> assertThat(CLIENT.sync(organization, session).status())
                            .isEqualTo(200),
                    threads));
        }
        all.add(CompletableFuture.runAsync(
                () -> WORKER.bean(OpenSessionSweep.class).run(), threads));

        CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).join();
        Patience.awaitTrue(
                "all webhooks were acted on", () -> WORKER.count("aicredits.checkout.events") >= before + 50);

        threads.shutdown();
        assertThat(SYSTEM.entries(organization)).containsExactly("top_up 50");
        assertThat(SYSTEM.orders(organization)).containsExactly("credited");
    }

    @Test
    void completedAndUnpaidIsCreditedOnceItIsPaidAndNotBefore() {
        String session = start("50");

        actOn(AT_STRIPE.payLater(session));
        assertThat(SYSTEM.orders(organization)).containsExactly("processing");
        assertThat(CLIENT.sync(organization, session).text("status")).isEqualTo("processing");
        assertThat(SYSTEM.entries(organization)).isEmpty();

        actOn(AT_STRIPE.settle(session));
        assertThat(SYSTEM.entries(organization)).containsExactly("top_up 50");
    }

    @Test
    void whatFailedOrExpiredIsNeverCredited() {
        String failed = start("50");
        actOn(AT_STRIPE.payLater(failed));
        actOn(AT_STRIPE.failLater(failed));
        String expired = start("60");
        actOn(AT_STRIPE.expire(expired));

        assertThat(CLIENT.sync(organization, failed).text("status")).isEqualTo("failed");
        assertThat(CLIENT.sync(organization, expired).text("status")).isEqualTo("expired");
        assertThat(SYSTEM.orders(organization)).containsExactly("failed:payment_failed", "expired");
        assertThat(SYSTEM.entries(organization)).isEmpty();
    }

    @Test
    void anotherProductsSessionIsLeftAlone() {
        String session = start("50");
        String paid = AT_STRIPE.pay(session);
        AT_STRIPE.alter(session, node -> node.put("id", session)
                .put("client_reference_id", "their-order")
                .putObject("metadata"));
        SYSTEM.superuser()
                .sql("DELETE FROM checkout_reference WHERE reference = ?")
                .param(session)
                .update();

        assertThat(actOn(paid)).isEqualTo(new EventOutcome.Done("not_ours"));
        assertThat(SYSTEM.entries(organization)).isEmpty();
    }

    @Test
    void whatIsBookedIsAnnouncedOnceItIsCommitted() {
        String session = start("50");
        AT_STRIPE.pay(session);
        CLIENT.sync(organization, session);
        CLIENT.sync(organization, session);
        actOn(AT_STRIPE.refund(session, 2000, "succeeded"));
        actOn(AT_STRIPE.withdraw(session));
        actOn(AT_STRIPE.reinstate(session));

        Patience.awaitTrue("all are announced", () -> SYSTEM.ledgerChanges(organization)
                .equals(List.of("1 50", "2 30", "3 -20", "4 30")));
    }

    @Test
    void ofWhatIsBookedTogetherTheStateAfterTheLastIsAnnounced() {
        String session = start("50");
        AT_STRIPE.pay(session);

        actOn(AT_STRIPE.refund(session, 2000, "succeeded"));

        Patience.awaitTrue(
                "it is announced", () -> SYSTEM.ledgerChanges(organization).equals(List.of("2 30")));
    }

    private String start(String usd) {
        return SharedWorker.start(organization, usd);
    }

    private void awaitState(String state) {
        Patience.awaitTrue(
                "the order is " + state, () -> SYSTEM.orders(organization).equals(List.of(state)));
    }
}
