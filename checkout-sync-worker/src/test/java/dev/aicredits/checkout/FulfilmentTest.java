package dev.aicredits.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.checkout.CheckoutClient.Answer;
import dev.aicredits.ledger.Ledger;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.money.Usd;
import dev.aicredits.stripe.StripeEvent;
import dev.aicredits.stripe.StripeEventJson;
import dev.aicredits.stripe.StripeGateway;
import dev.aicredits.stripe.StripeRefund;
import dev.aicredits.usage.DedupeKeys;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/** From what Stripe says to the ledger: once, whoever asks, in whatever order, and only as ordered. */
class FulfilmentTest {

    private static final CheckoutSystem SYSTEM = CheckoutSystem.create();
    private static final FakeStripe STRIPE = FakeStripe.start();
    private static final RunningCheckout WORKER =
            SYSTEM.start(CheckoutSystem.QUICK_COMMITS, "aicredits.checkout-sync.stripe.api-base=" + STRIPE.baseUrl());
    private static final CheckoutClient CLIENT = WORKER.client();
    private static final FakeStripeState AT_STRIPE = STRIPE.state;

    private final String organization = SYSTEM.organization();

    @AfterAll
    static void closeAndAudit() {
        try (STRIPE;
                SYSTEM) {
            assertThat(SYSTEM.audit()).isEmpty();
        }
    }

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
        CheckoutSystem.awaitTrue(
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

    static Stream<Arguments> notAsOrdered() {
        return Stream.of(
                held("amount_mismatch", session -> session.put("amount_total", 4999)),
                held("amount_mismatch", session -> session.put("amount_total", 500_000)),
                held("currency_mismatch", session -> session.put("currency", "eur")),
                held("livemode_mismatch", session -> session.put("livemode", true)),
                held(
                        "reference_mismatch",
                        session -> session.put(
                                "client_reference_id", UUID.randomUUID().toString())),
                held("reference_mismatch", session -> session.putNull("client_reference_id")),
                held("no_payment", session -> session.put("payment_status", "no_payment_required")),
                held("line_items_mismatch", session -> ((ObjectNode) session.at("/line_items/data/0"))
                        .put("amount_total", 1)));
    }

    private static Arguments held(String reason, Consumer<ObjectNode> change) {
        return Arguments.of(reason, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notAsOrdered")
    void paidOtherwiseThanOrderedIsHeldVisiblyAndNotCredited(String reason, Consumer<ObjectNode> change) {
        String session = start("50");
        String paid = AT_STRIPE.pay(session);
        AT_STRIPE.alter(session, change);
        long before = WORKER.count("aicredits.checkout.held", "reason", reason);

        actOn(paid);
        actOn(AT_STRIPE.refund(session, 1000, "succeeded"));

        assertThat(SYSTEM.orders(organization)).containsExactly("review:" + reason);
        assertThat(CLIENT.sync(organization, session).body())
                .contains("\"status\":\"in_review\",\"completed\":false,\"ledgerEntryId\":null");
        assertThat(SYSTEM.entries(organization)).isEmpty();
        assertThat(WORKER.count("aicredits.checkout.held", "reason", reason)).isEqualTo(before + 1);
    }

    @Test
    void aDedupeKeyThatStandsForSomethingElseHoldsTheSession() {
        String session = start("50");
        AT_STRIPE.pay(session);
        WORKER.bean(Ledger.class)
                .book(NewEntry.adjustment(
                        organization,
                        Usd.of("1"),
                        DedupeKeys.of("stripe:checkout_session", session),
                        Instant.now(),
                        "in the way"));

        CLIENT.sync(organization, session);

        assertThat(SYSTEM.orders(organization)).containsExactly("review:ledger_conflict");
        assertThat(SYSTEM.entries(organization)).containsExactly("adjustment 1");
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
    void refundsTakeTheCreditsBackOnceAndAFailedOneReturnsThem() {
        String session = start("50");
        actOn(AT_STRIPE.pay(session));

        String first = AT_STRIPE.refund(session, 2000, "pending");
        String refund = AT_STRIPE.lastRefund();
        actOn(first);
        actOn(first);
        actOn(AT_STRIPE.moveRefund(session, refund, "succeeded"));
        actOn(AT_STRIPE.refund(session, 3000, "succeeded"));
        assertThat(SYSTEM.entries(organization)).containsExactly("refund -20", "refund -30", "top_up 50");

        actOn(AT_STRIPE.moveRefund(session, refund, "failed"));
        actOn(first);
        assertThat(SYSTEM.entries(organization))
                .containsExactly("refund -20", "refund -30", "refund_reversal 20", "top_up 50");
        assertThat(SYSTEM.balance(organization)).isEqualByComparingTo("20");
    }

    @Test
    void aRefundThatWasReadBeforeItFailedAndIsMergedAfterTakesNothingBack() {
        String session = start("50");
        actOn(AT_STRIPE.pay(session));
        actOn(AT_STRIPE.refund(session, 2000, "pending"));
        List<StripeRefund> early = WORKER.bean(StripeGateway.class).refundsOfPayment(payment());
        String failed = AT_STRIPE.moveRefund(session, AT_STRIPE.lastRefund(), "failed");
        actOn(failed);

        Clock clock = Clock.systemUTC();
        Returns returns = new Returns(
                WORKER.bean(Ledger.class), new JdbcReturns(SYSTEM.app(), clock), WORKER.bean(CheckoutMetrics.class));
        Order order =
                WORKER.bean(JdbcOrders.class).bySession(organization, session).orElseThrow();
        assertThat(returns.book(order, session, early, List.of())).isFalse();
        actOn(failed);

        assertThat(SYSTEM.entries(organization)).containsExactly("refund -20", "refund_reversal 20", "top_up 50");
        assertThat(SYSTEM.superuser()
                        .sql("SELECT status || ' ' || booked_nanos FROM refund_statement WHERE organization_id = ?")
                        .param(organization)
                        .query(String.class)
                        .single())
                .isEqualTo("failed 0");
    }

    private String payment() {
        return SYSTEM.superuser()
                .sql("SELECT payment_intent_id FROM checkout_statement WHERE organization_id = ?")
                .param(organization)
                .query(String.class)
                .single();
    }

    @Test
    void aRefundThatWasNeverSeenBeforeItFailedMovesNothing() {
        String session = start("50");
        actOn(AT_STRIPE.pay(session));
        AT_STRIPE.refund(session, 2000, "pending");

        actOn(AT_STRIPE.moveRefund(session, AT_STRIPE.lastRefund(), "canceled"));

        assertThat(SYSTEM.entries(organization)).containsExactly("top_up 50");
    }

    @Test
    void whatIsAlreadySpentBecomesANegativeBalance() {
        String session = start("50");
        actOn(AT_STRIPE.pay(session));
        WORKER.bean(Ledger.class)
                .book(NewEntry.adjustment(organization, Usd.of("-45"), UUID.randomUUID(), Instant.now(), "spent"));

        actOn(AT_STRIPE.refund(session, 5000, "succeeded"));

        assertThat(SYSTEM.balance(organization)).isEqualByComparingTo("-45");
    }

    @Test
    void aLostDisputeKeepsTheCreditsAwayAndAnInquiryTakesNone() {
        String session = start("50");
        actOn(AT_STRIPE.pay(session));

        actOn(AT_STRIPE.withdraw(session));
        actOn(AT_STRIPE.closeDispute(session, "lost"));

        assertThat(SYSTEM.entries(organization)).containsExactly("dispute -50", "top_up 50");
        assertThat(SYSTEM.superuser()
                        .sql("SELECT status || ' ' || booked_nanos FROM dispute_statement WHERE organization_id = ?")
                        .param(organization)
                        .query(String.class)
                        .single())
                .isEqualTo("lost -50000000000");
    }

    @Test
    void aRefundOfAPaymentThatWasNotCreditedYetCreditsItFirst() {
        String session = start("50");
        AT_STRIPE.pay(session);

        actOn(AT_STRIPE.refund(session, 5000, "succeeded"));

        assertThat(SYSTEM.entries(organization)).containsExactly("refund -50", "top_up 50");
        assertThat(SYSTEM.balance(organization)).isEqualByComparingTo("0");
    }

    private static final List<Function<String, String>> HAPPENINGS = List.of(
            AT_STRIPE::payLater,
            AT_STRIPE::settle,
            session -> AT_STRIPE.refund(session, 2000, "succeeded"),
            session -> AT_STRIPE.refund(session, 3000, "succeeded"),
            AT_STRIPE::withdraw,
            AT_STRIPE::reinstate);

    /**
     * The events of {completed, async succeeded, refund partial, refund rest, dispute withdrawn, reinstated} in all 720
     * orders. Each comes as early as its order allows: Stripe is then as far as the latest event that came.
     */
    @Test
    void allOrdersOfWhatCanHappenToAPaymentEndInTheSameLedger() {
        List<List<Integer>> orders = permutations(HAPPENINGS.size());
        assertThat(orders).hasSize(720);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<CompletableFuture<Void>> runs = orders.stream()
                .map(order -> CompletableFuture.runAsync(() -> actInOrder(order), threads))
                .toList();

        runs.forEach(CompletableFuture::join);
        threads.shutdown();
    }

    private static void actInOrder(List<Integer> order) {
        String buyer = SYSTEM.organization();
        String session = startInProcess(buyer);
        List<String> happened = new ArrayList<>();
        for (int next : order) {
            while (happened.size() <= next) {
                happened.add(HAPPENINGS.get(happened.size()).apply(session));
            }
            actOn(happened.get(next));
        }
        assertThat(SYSTEM.entries(buyer))
                .as("order %s", order)
                .containsExactly("dispute -50", "dispute_reversal 50", "refund -20", "refund -30", "top_up 50");
    }

    private static List<List<Integer>> permutations(int size) {
        List<List<Integer>> all = List.of(List.of());
        for (int element = 0; element < size; element++) {
            List<List<Integer>> longer = new ArrayList<>();
            for (List<Integer> shorter : all) {
                for (int at = 0; at <= shorter.size(); at++) {
                    List<Integer> permutation = new ArrayList<>(shorter);
                    permutation.add(at, element);
                    longer.add(permutation);
                }
            }
            all = longer;
        }
        return all;
    }

    private String start(String usd) {
        Answer answer = CLIENT.start(organization, usd);
        assertThat(answer.status()).isEqualTo(201);
        return answer.text("sessionId");
    }

    private static String startInProcess(String buyer) {
        return WORKER.bean(CheckoutStart.class)
                .start(buyer, null, new Purchase(5000, "usd", "https://a.example/", "https://a.example/"))
                .sessionId();
    }

    private static EventOutcome actOn(String eventJson) {
        StripeEvent event =
                StripeEventJson.read(eventJson.getBytes(StandardCharsets.UTF_8)).orElseThrow();
        return WORKER.bean(EventActions.class).actOn(event);
    }

    private void awaitState(String state) {
        CheckoutSystem.awaitTrue(
                "the order is " + state, () -> SYSTEM.orders(organization).equals(List.of(state)));
    }
}
