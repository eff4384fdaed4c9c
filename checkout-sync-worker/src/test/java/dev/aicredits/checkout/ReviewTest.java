package dev.aicredits.checkout;

import static dev.aicredits.checkout.SharedWorker.AT_STRIPE;
import static dev.aicredits.checkout.SharedWorker.CLIENT;
import static dev.aicredits.checkout.SharedWorker.SYSTEM;
import static dev.aicredits.checkout.SharedWorker.WORKER;
import static dev.aicredits.checkout.SharedWorker.actOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.checkout.CheckoutClient.Answer;
import dev.aicredits.ledger.BookingOutcome;
import dev.aicredits.ledger.Ledger;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.money.Usd;
import dev.aicredits.testkit.Patience;
import dev.aicredits.usage.DedupeKeys;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is paid otherwise than ordered is held for a person to look at. */
@ExtendWith(SharedWorker.class)
class ReviewTest {

    private final String organization = SYSTEM.organization();

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

    /** A key that a session's id alone gives is one that any usage event can have: its id may be any UUID. */
    @Test
    void whatUsageHasTakenOfASessionsKeyDoesNotKeepItFromBeingCredited() {
        String session = start("50");
        SYSTEM.use(organization, DedupeKeys.of("stripe:checkout_session", session));
        String paid = AT_STRIPE.pay(session);

        actOn(paid);
        actOn(paid);

        assertThat(SYSTEM.orders(organization)).containsExactly("credited");
        assertThat(SYSTEM.entries(organization)).containsExactly("top_up 50", "usage -0.01");
    }

    @Test
    void aTopUpUnderTheKeyOfAVersionBeforeIsTheSessions() {
        String session = start("50");
        WORKER.bean(Ledger.class)
                .book(NewEntry.topUp(
                        organization,
                        Usd.of("50"),
                        DedupeKeys.of("stripe:checkout_session", session),
                        Instant.now(),
                        session));

        actOn(AT_STRIPE.pay(session));

        assertThat(SYSTEM.orders(organization)).containsExactly("credited");
        assertThat(SYSTEM.entries(organization)).containsExactly("top_up 50");
    }

    @Test
    void aSecondPaidSessionOfAnOrderIsHeld() {
        String session = start("50");
        String second = AT_STRIPE.secondSession(session);
        String paid = AT_STRIPE.pay(second);

        actOn(paid);
        actOn(paid);

        assertThat(SYSTEM.orders(organization)).containsExactly("review:second_session");
        assertThat(SYSTEM.entries(organization)).isEmpty();
    }

    @Test
    void aSecondPaidSessionOfACreditedOrderChangesNothing() {
        String session = start("50");
        actOn(AT_STRIPE.pay(session));
        String second = AT_STRIPE.secondSession(session);

        actOn(AT_STRIPE.pay(second));

        assertThat(SYSTEM.orders(organization)).containsExactly("credited");
        assertThat(SYSTEM.entries(organization)).containsExactly("top_up 50");
    }

    @Test
    void aTopUpThatTheBalanceHasNoRoomForIsHeldAndCreditedOnceThereIsRoomAndAPersonReleasesIt() {
        String session = start("50");
        adjust("4000000000");
        AT_STRIPE.pay(session);

        CLIENT.sync(organization, session);
        assertThat(SYSTEM.orders(organization)).containsExactly("review:balance_out_of_range");
        assertProblem(release(session, "50", "there is no room yet"), 409, "ledger_refused");
        assertThat(decisions()).isEmpty();

        adjust("-4000000000");
        assertThat(release(session, "50", "there is room").status()).isEqualTo(200);
        assertThat(SYSTEM.entries(organization))
                .containsExactly("adjustment -4000000000", "adjustment 4000000000", "top_up 50");
    }

    private void adjust(String usd) {
        BookingOutcome outcome = WORKER.bean(Ledger.class)
                .book(NewEntry.adjustment(organization, Usd.of(usd), UUID.randomUUID(), Instant.now(), "of a test"));
        assertThat(outcome).isInstanceOf(BookingOutcome.Booked.class);
    }

    @Test
    void whatAPersonReleasesIsCreditedOnceInTheStatedAmountAndAudited() {
        String session = heldWith4999();
        assertThat(held()).containsExactly(session);

        Answer released = release(session, "49.99", "Customer was promised a cent off");
        Answer again = release(session, "49.99", "once more");

        assertThat(released.status()).as(released.body()).isEqualTo(200);
        assertThat(released.text("status")).isEqualTo("completed");
        assertThat(released.text("ledgerEntryId")).isEqualTo("1");
        assertThat(released.json().path("creditAmountUsd").decimalValue()).isEqualByComparingTo("49.99");
        assertThat(again.body()).isEqualTo(released.body());
        assertThat(SYSTEM.entries(organization)).containsExactly("top_up 49.99");
        assertThat(SYSTEM.orders(organization)).containsExactly("credited");
        assertThat(decisions())
                .containsExactly("operator:usr_of_tests review_released Customer was promised a cent off");
        assertThat(held()).isEmpty();
        assertProblem(release(session, "50", "another amount"), 409, "not_in_review");
        assertProblem(refuse(session, "too late"), 409, "not_in_review");
    }

    @Test
    void theWayBackOfWhatWasReleasedIsBookedAsAnyOther() {
        String session = heldWith4999();
        release(session, "49.99", "promised");

        actOn(AT_STRIPE.refund(session, 4999, "succeeded"));

        assertThat(SYSTEM.entries(organization)).containsExactly("refund -49.99", "top_up 49.99");
        Patience.awaitTrue(
                "both are announced", () -> SYSTEM.ledgerChanges(organization).equals(List.of("1 49.99", "2 0")));
    }

    @Test
    void aSecondSessionCanBeReleasedAndThenTheFirstIsTheOneTooMany() {
        String session = start("50");
        String second = AT_STRIPE.secondSession(session);
        actOn(AT_STRIPE.pay(second));

        assertThat(release(second, "50", "the first was left").status()).isEqualTo(200);
        actOn(AT_STRIPE.pay(session));

        assertThat(SYSTEM.entries(organization)).containsExactly("top_up 50");
        assertThat(SYSTEM.superuser()
                        .sql("SELECT checkout_session_id FROM ledger_statement WHERE organization_id = ?")
                        .param(organization)
                        .query(String.class)
                        .single())
                .isEqualTo(second);
    }

    @Test
    void whatComesBackOfAReleasedSecondSessionDaysLaterIsKnownToTheReport() {
        AT_STRIPE.ago(Duration.ofDays(6));
        String session = start("50");
        String second = AT_STRIPE.secondSession(session);
        actOn(AT_STRIPE.pay(second));
        release(second, "50", "the first was left");
        actOn(AT_STRIPE.pay(session));
        AT_STRIPE.ago(Duration.ZERO);
        SYSTEM.superuser()
                .sql(
                        "UPDATE checkout_session SET created_at = created_at - interval '6 days' WHERE stripe_session_id = ?")
                .param(session)
                .update();
        actOn(AT_STRIPE.refund(second, 1000, "succeeded"));
        String booked = AT_STRIPE.lastRefund();
        AT_STRIPE.refund(second, 500, "succeeded");
        String unheardOf = AT_STRIPE.lastRefund();
        AT_STRIPE.refund(session, 5000, "succeeded");
        String ofTheOneTooMany = AT_STRIPE.lastRefund();
        assertThat(SYSTEM.entries(organization)).containsExactly("refund -10", "top_up 50");

        JsonNode report = new ReconciliationClient(CLIENT)
                .get(ReconciliationClient.period(1, 0))
                .json();

        assertThat(StreamSupport.stream(report.path("differences").spliterator(), false))
                .filteredOn(difference -> List.of(booked, unheardOf, ofTheOneTooMany)
                        .contains(difference.path("subject").asString()))
                .extracting(difference -> difference.path("type").asString() + " "
                        + difference.path("subject").asString() + " "
                        + difference.path("sessionId").asString())
                .containsExactly("refund_not_booked " + unheardOf + " " + second);
        WORKER.bean(Fulfilment.class).fulfil(second, Fulfilment.Depth.SESSION);
        assertThat(SYSTEM.entries(organization)).containsExactly("refund -10", "refund -5", "top_up 50");
    }

    @Test
    void whatIsNotPaidInTheStatedAmountIsNotReleased() {
        String session = heldWith4999();

        assertProblem(release(session, "50", "as ordered"), 409, "release_amount_differs");
        assertProblem(release(session, "49.985", "in parts"), 400, "amount_not_whole_cents");
        assertProblem(release(session, "\"49.99\"", "as text"), 400, "amount_not_a_number");
        assertProblem(release(session, "49.99", " "), 400, "reason_required");
        assertProblem(release(session, "49.99", "x".repeat(501)), 400, "reason_required");
        assertProblem(decide(organization, session, "release", "{\"reason\":\"r\"}"), 400, "amount_required");
        assertProblem(decide(organization, session, "release", "[]"), 400, "malformed_body");
        assertProblem(release("cs_test_nobody", "49.99", "r"), 404, "checkout_session_not_found");
        assertProblem(
                decide(SYSTEM.organization(), session, "release", body("49.99", "not theirs")),
                404,
                "checkout_session_not_found");

        assertThat(SYSTEM.orders(organization)).containsExactly("review:amount_mismatch");
        assertThat(SYSTEM.entries(organization)).isEmpty();
        assertThat(decisions()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"currency", "livemode", "payment_status"})
    void whatIsNoMoneyThatCreditsAreSoldForIsNotReleased(String how) {
        String session = start("50");
        AT_STRIPE.pay(session);
        AT_STRIPE.alter(session, node -> {
            switch (how) {
                case "currency" -> node.put("currency", "eur");
                case "livemode" -> node.put("livemode", true);
                default -> node.put("payment_status", "no_payment_required");
            }
        });
        CLIENT.sync(organization, session);

        assertProblem(release(session, "50", "all the same"), 409, "release_not_possible");

        assertThat(SYSTEM.entries(organization)).isEmpty();
    }

    @Test
    void whatAPersonRefusesIsNeverCredited() {
        String session = heldWith4999();

        Answer refused = refuse(session, "Refunded at Stripe");
        assertThat(refuse(session, "once more").body()).isEqualTo(refused.body());
        actOn(AT_STRIPE.refund(session, 4999, "succeeded"));
        AT_STRIPE.alter(session, node -> node.put("amount_total", 5000));
        CLIENT.sync(organization, session);

        assertThat(refused.text("status")).isEqualTo("failed");
        assertThat(CLIENT.status(organization, session).text("status")).isEqualTo("failed");
        assertThat(SYSTEM.orders(organization)).containsExactly("refused:amount_mismatch");
        assertThat(SYSTEM.entries(organization)).isEmpty();
        assertThat(held()).isEmpty();
        assertThat(decisions()).containsExactly("operator:usr_of_tests review_refused Refunded at Stripe");
        assertProblem(release(session, "50", "after all"), 409, "not_in_review");
    }

    @Test
    void twentyReleasesAtOnceAreOneEntryAndOneDecision() {
        String session = heldWith4999();
        ExecutorService threads = Executors.newFixedThreadPool(20);

        List<CompletableFuture<Integer>> answers = IntStream.range(0, 20)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> release(session, "49.99", "promised").status(), threads))
                .toList();

        assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isEqualTo(200));
        threads.shutdown();
        assertThat(SYSTEM.entries(organization)).containsExactly("top_up 49.99");
        assertThat(decisions()).hasSize(1);
    }

    private String heldWith4999() {
        String session = start("50");
        AT_STRIPE.pay(session);
        AT_STRIPE.alter(session, node -> node.put("amount_total", 4999));
        CLIENT.sync(organization, session);
        assertThat(SYSTEM.orders(organization)).containsExactly("review:amount_mismatch");
        return session;
    }

    private Answer release(String session, String usd, String reason) {
        return decide(organization, session, "release", body(usd, reason));
    }

    private static String body(String usd, String reason) {
        return "{\"creditAmountUsd\":" + usd + ",\"reason\":\"" + reason + "\"}";
    }

    private Answer refuse(String session, String reason) {
        return decide(organization, session, "refusal", "{\"reason\":\"" + reason + "\"}");
    }

    private static Answer decide(String organization, String session, String decision, String body) {
        return CLIENT.send(
                CLIENT.asOperator(ReviewController.PATH + "/" + organization + "/" + session + "/" + decision)
                        .POST(BodyPublishers.ofString(body)));
    }

    /** The organization's sessions among those that wait. */
    private List<String> held() {
        return CLIENT.send(CLIENT.asOperator(ReviewController.PATH))
                .json()
                .valueStream()
                .filter(order -> order.path("organizationId").asString().equals(organization))
                .map(order -> order.path("sessionId").asString())
                .toList();
    }

    private List<String> decisions() {
        return SYSTEM.superuser()
                .sql("SELECT concat_ws(' ', actor, action, reason) FROM audit_statement WHERE organization_id = ?")
                .param(organization)
                .query(String.class)
                .list();
    }

    private static void assertProblem(Answer answer, int status, String code) {
        assertThat(answer.text("code")).as(answer.body()).isEqualTo(code);
        assertThat(answer.status()).isEqualTo(status);
    }

    private String start(String usd) {
        return SharedWorker.start(organization, usd);
    }
}
