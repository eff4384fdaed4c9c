package dev.aicredits.checkout;

import static dev.aicredits.checkout.SharedPlanWorker.CLIENT;
import static dev.aicredits.checkout.SharedPlanWorker.FREE;
import static dev.aicredits.checkout.SharedPlanWorker.STRIPE;
import static dev.aicredits.checkout.SharedPlanWorker.SYSTEM;
import static dev.aicredits.checkout.SharedPlanWorker.TEAM;
import static dev.aicredits.checkout.SharedPlanWorker.WORKER;
import static dev.aicredits.checkout.SharedPlanWorker.alter;
import static dev.aicredits.checkout.SharedPlanWorker.atStripe;
import static dev.aicredits.checkout.SharedPlanWorker.give;
import static dev.aicredits.checkout.SharedPlanWorker.orders;
import static dev.aicredits.checkout.SharedPlanWorker.plan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.checkout.CheckoutClient.Answer;
import dev.aicredits.checkout.PlanVerdict.Reason;
import dev.aicredits.ledger.Member.Role;
import dev.aicredits.localstripe.ApiFault;
import dev.aicredits.localstripe.StripeOperation;
import dev.aicredits.testkit.Patience;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A plan that is paid and can't be put in force waits for a person, who puts it in force or refuses it. */
@ExtendWith(SharedPlanWorker.class)
class PlanReviewTest {

    private final String organization = SYSTEM.organization();

    @BeforeEach
    void nobodyTells() {
        STRIPE.webhooks().lose();
    }

    @ParameterizedTest
    @EnumSource(names = {"OTHER_AMOUNT", "OTHER_REFERENCE", "OTHER_SESSION"})
    void whatIsPaidAllTheSameIsPutInForceOnceAndAudited(Reason reason) {
        String session = held(reason);

        Answer released = release(session);
        Answer again = release(session);

        assertThat(released.status()).as(released.body()).isEqualTo(200);
        assertThat(released.text("status")).isEqualTo("completed");
        assertThat(released.json().path("reason").isNull()).isTrue();
        assertThat(again.body()).isEqualTo(released.body());
        assertThat(plan(organization)).isEqualTo(TEAM);
        assertThat(orders(organization)).containsExactly("active");
        assertThat(audited())
                .containsExactly(
                        "plan_changed looked at it: " + FREE + " -> " + TEAM,
                        "review_released looked at it: review -> active");
        assertProblem(refuse(session), 409, "not_in_review");
        assertThat(listed()).isEmpty();
        assertThat(WORKER.bean(PlanFulfilment.class).fulfil(session)).isEqualTo(PlanFulfilment.Outcome.UNCHANGED);
    }

    @Test
    void whatWasPutInForceEndsWithItsSubscription() {
        String session = held(Reason.OTHER_AMOUNT);
        release(session);

        STRIPE.subscriptions().cancel(subscriptionOf("active"));
        CLIENT.syncPlan(organization, session);

        assertThat(plan(organization)).isEqualTo(FREE);
        assertThat(orders(organization)).containsExactly("ended");
    }

    @ParameterizedTest
    @EnumSource(names = {"OTHER_MODE", "OTHER_CURRENCY", "NO_SUBSCRIPTION"})
    void whatStripeDoesNotSayIsPaidIsNotPutInForce(Reason reason) {
        String session = held(reason);

        assertProblem(release(session), 409, "release_not_possible");

        assertThat(plan(organization)).isEqualTo(FREE);
        assertThat(orders(organization)).containsExactly("review:" + reason.wireName());
        assertThat(audited()).isEmpty();
    }

    @Test
    void aSubscriptionThatHasEndedIsNotPutInForce() {
        String session = start();
        String subscription = STRIPE.payments().pay(session);
        alter(session, Map.of("amount_total", 1));
        CLIENT.syncPlan(organization, session);
        STRIPE.subscriptions().cancel(subscription);

        assertProblem(release(session), 409, "release_not_possible");
    }

    @Test
    void aSecondSubscriptionIsPutInForceOnceTheFirstHasEnded() {
        String second = held(Reason.SUBSCRIBED_TWICE);
        assertProblem(release(second), 409, "plan_in_force");

        String first = sessionOf("active");
        STRIPE.subscriptions().cancel(subscriptionOf("active"));
        CLIENT.syncPlan(organization, first);
        assertThat(plan(organization)).isEqualTo(FREE);

        assertThat(release(second).status()).isEqualTo(200);
        assertThat(plan(organization)).isEqualTo(TEAM);
        assertThat(orders(organization)).containsExactly("ended", "active");
    }

    @Test
    void thePlanOfAnInvoicedOrganizationIsNotTouchedUntilItIsInvoicedNoMore() {
        String session = held(Reason.ORGANIZATION_INVOICED);
        assertProblem(release(session), 409, "organization_invoiced");
        assertThat(plan(organization)).isEqualTo(FREE);

        give(organization, FREE, false);

        assertThat(release(session).status()).isEqualTo(200);
        assertThat(plan(organization)).isEqualTo(TEAM);
    }

    @ParameterizedTest
    @EnumSource
    void whatAPersonRefusesIsNeverPutInForce(Reason reason) {
        String session = held(reason);
        String before = plan(organization);

        Answer refused = refuse(session);
        Answer again = refuse(session);
        if (reason == Reason.ORGANIZATION_INVOICED) {
            give(organization, before, false);
        }
        Answer released = release(session);
        PlanFulfilment.Outcome later = WORKER.bean(PlanFulfilment.class).fulfil(session);

        assertThat(refused.status()).as(refused.body()).isEqualTo(200);
        assertThat(refused.text("status")).isEqualTo("failed");
        assertThat(again.body()).isEqualTo(refused.body());
        assertProblem(released, 409, "not_in_review");
        assertThat(later).isEqualTo(PlanFulfilment.Outcome.REFUSED);
        assertThat(plan(organization)).isEqualTo(before);
        assertThat(orders(organization)).endsWith("failed:refused_in_review");
        assertThat(audited()).containsExactly("review_refused looked at it: review -> failed");
        assertThat(listed()).isEmpty();
        if (reason != Reason.NO_SUBSCRIPTION) {
            assertThat(atStripe(subscriptionOf("failed"), "status")).isEqualTo("canceled");
            assertThat(column("subscription_status", "failed")).isEqualTo("canceled");
        }
    }

    /** With three tries as after a crash between Stripe's answer and our save. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aRefusalWhoseAnswerFromStripeWasLostEndsInTheSameState(int lostAnswers) {
        String session = held(Reason.OTHER_AMOUNT);
        STRIPE.faults().next(lostAnswers, ApiFault.serverError().afterTheWork(), StripeOperation.SUBSCRIPTION_CANCEL);

        Answer refused = refuse(session);
        assertThat(atStripe(subscriptionOf("failed"), "status")).isEqualTo("canceled");
        if (lostAnswers == 3) {
            assertProblem(refused, 502, "payment_provider_failed");
            assertThat(column("subscription_status", "failed")).isEqualTo("active");
            refused = refuse(session);
        }

        assertThat(refused.text("status")).isEqualTo("failed");
        assertThat(orders(organization)).containsExactly("failed:refused_in_review");
        assertThat(column("subscription_status", "failed")).isEqualTo("canceled");
        assertThat(audited()).containsExactly("review_refused looked at it: review -> failed");
    }

    @Test
    void whatARefusalCouldNotEndIsEndedByTheSweep() {
        String session = held(Reason.OTHER_AMOUNT);
        STRIPE.faults().next(9, ApiFault.serverError(), StripeOperation.SUBSCRIPTION_CANCEL);
        assertProblem(refuse(session), 502, "payment_provider_failed");
        STRIPE.faults().clear();
        assertThat(atStripe(subscriptionOf("failed"), "status")).isEqualTo("active");

        Patience.awaitTrue("the sweep ends it", () -> {
            WORKER.bean(PlanSweep.class).run();
            return column("subscription_status", "failed").equals("canceled");
        });

        assertThat(atStripe(subscriptionOf("failed"), "status")).isEqualTo("canceled");
        assertThat(orders(organization)).containsExactly("failed:refused_in_review");
    }

    @Test
    void aSubscriptionThatIsNotTheOrdersIsNotEnded() {
        String session = held(Reason.OTHER_AMOUNT);
        String subscription = atStripe(session, "subscription");
        alter(subscription, Map.of("metadata", Map.of("aicredits_organization", "org_another")));

        assertThat(refuse(session).text("status")).isEqualTo("failed");

        assertThat(atStripe(subscription, "status")).isEqualTo("active");
    }

    @Test
    void aSubscriptionThatEndsAfterTheRefusalLeavesItRefused() {
        String session = held(Reason.ORGANIZATION_INVOICED);
        refuse(session);

        String subscription = subscriptionOf("failed");

        assertThat(WORKER.bean(PlanFulfilment.class).follow(subscription)).isEqualTo(PlanFulfilment.Outcome.REFUSED);
        assertThat(orders(organization)).containsExactly("failed:refused_in_review");
        assertThat(CLIENT.startPlan(SYSTEM.organization(), TEAM).status()).isEqualTo(201);
    }

    @Test
    void theOldestThatWaitsIsWhatTheMetricTells() {
        String session = held(Reason.OTHER_AMOUNT);
        SYSTEM.superuser()
                .sql("UPDATE plan_order SET paid_at = now() - interval '1 day 1 hour' WHERE stripe_session_id = ?")
                .param(session)
                .update();

        Patience.awaitTrue("it waits", () -> uncreditedSeconds() >= 90_000);
        assertThat(uncreditedSeconds()).isLessThan(93_000);
        refuse(session);
        Patience.awaitTrue("it waits no more", () -> uncreditedSeconds() < 90_000);
    }

    private static double uncreditedSeconds() {
        return WORKER.bean(MeterRegistry.class)
                .get("aicredits.checkout.uncredited.age")
                .gauge()
                .value();
    }

    @Test
    void theListHasItBesideWhatIsHeldOfCredits() {
        String session = held(Reason.OTHER_AMOUNT);

        assertThat(listed()).hasSize(1).allSatisfy(order -> {
            assertThat(order.path("product").asString()).isEqualTo("hosting");
            assertThat(order.path("sessionId").asString()).isEqualTo(session);
            assertThat(order.path("status").asString()).isEqualTo("in_review");
            assertThat(order.path("reason").asString()).isEqualTo("other_amount");
            assertThat(order.path("planKey").asString()).isEqualTo(TEAM);
            assertThat(order.path("monthlyPlatformFeeCents").asLong()).isPositive();
            assertThat(order.path("creditAmountUsd").isNull()).isTrue();
        });
    }

    @Test
    void tenReleasesAtOnceAreOneDecision() {
        String session = held(Reason.OTHER_AMOUNT);

        List<CompletableFuture<Integer>> answers = Stream.generate(() ->
                        CompletableFuture.supplyAsync(() -> release(session).status()))
                .limit(10)
                .toList();

        assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isEqualTo(200));
        assertThat(audited()).hasSize(2);
    }

    @Test
    void onlyOperatorsDecideEachOfItsOwnOrganizationAndWithAReason() {
        String session = held(Reason.OTHER_AMOUNT);
        String owner = SYSTEM.key(organization, Role.OWNER);

        for (String decision : List.of("release", "refusal")) {
            for (String body : List.of("{}", "{\"reason\":\" \"}", "{\"reason\":7}", "{\"reason\":null}")) {
                assertProblem(decide(organization, session, decision, body), 400, "reason_required");
            }
            String long501 = "{\"reason\":\"" + "x".repeat(501) + "\"}";
            assertProblem(decide(organization, session, decision, long501), 400, "reason_required");
            assertProblem(decide(organization, session, decision, "[]"), 400, "malformed_body");
            assertProblem(decide(organization, session, decision, "{\"reason\":"), 400, "malformed_body");
            assertProblem(decide(organization, "cs_none", decision, BODY), 404, "checkout_session_not_found");
            assertProblem(decide(SYSTEM.organization(), session, decision, BODY), 404, "checkout_session_not_found");
            assertProblem(decide("org_none", session, decision, BODY), 404, "organization_not_found");
            Answer owners = CLIENT.send(CLIENT.request(path(organization, session, decision))
                    .header("Authorization", "Bearer " + owner)
                    .POST(BodyPublishers.ofString(BODY)));
            assertThat(owners.status()).isEqualTo(403);
        }

        assertThat(orders(organization)).containsExactly("review:other_amount");
        assertThat(plan(organization)).isEqualTo(FREE);
        assertThat(audited()).isEmpty();
    }

    /** A session that is held for that reason. */
    private String held(Reason reason) {
        String first = start();
        String session = reason == Reason.SUBSCRIBED_TWICE ? start() : first;
        if (!first.equals(session)) {
            STRIPE.payments().pay(first);
            CLIENT.syncPlan(organization, first);
        }
        STRIPE.payments().pay(session);
        switch (reason) {
            case OTHER_AMOUNT -> alter(session, Map.of("amount_total", 1));
            case OTHER_REFERENCE -> alter(session, Map.of("client_reference_id", "another"));
            case OTHER_MODE -> alter(session, Map.of("livemode", true));
            case OTHER_CURRENCY -> alter(session, Map.of("currency", "eur"));
            case NO_SUBSCRIPTION -> {
                Map<String, String> none = new HashMap<>();
                none.put("subscription", null);
                alter(session, none);
            }
            case OTHER_SESSION ->
                SYSTEM.superuser()
                        .sql(
                                "UPDATE plan_order SET stripe_session_id = 'cs_other' || order_id WHERE stripe_session_id = ?")
                        .param(session)
                        .update();
            case ORGANIZATION_INVOICED -> give(organization, FREE, true);
            case SUBSCRIBED_TWICE -> {}
        }
        assertThat(WORKER.bean(PlanFulfilment.class).fulfil(session)).isEqualTo(PlanFulfilment.Outcome.HELD);
        assertThat(orders(organization)).contains("review:" + reason.wireName());
        return session;
    }

    private String start() {
        return CLIENT.startPlan(organization, TEAM).text("sessionId");
    }

    private String sessionOf(String state) {
        return column("stripe_session_id", state);
    }

    private String subscriptionOf(String state) {
        return column("subscription_id", state);
    }

    private String column(String column, String state) {
        return SYSTEM.superuser()
                .sql("SELECT " + column + " FROM plan_order_statement WHERE organization_id = ? AND state = ?")
                .params(organization, state)
                .query(String.class)
                .single();
    }

    private static final String BODY = "{\"reason\":\"looked at it\"}";

    private Answer release(String session) {
        return decide(organization, session, "release", BODY);
    }

    private Answer refuse(String session) {
        return decide(organization, session, "refusal", BODY);
    }

    private static Answer decide(String organization, String session, String decision, String body) {
        return CLIENT.send(
                CLIENT.asOperator(path(organization, session, decision)).POST(BodyPublishers.ofString(body)));
    }

    private static String path(String organization, String session, String decision) {
        return ReviewController.PATH + "/" + organization + "/" + session + "/" + decision;
    }

    private List<JsonNode> listed() {
        return CLIENT.send(CLIENT.asOperator(ReviewController.PATH))
                .json()
                .valueStream()
                .filter(order -> order.path("organizationId").asString().equals(organization))
                .toList();
    }

    /** What operators did, as the audit log has it. */
    private List<String> audited() {
        return SYSTEM.superuser()
                .sql("""
                SELECT action || ' ' || reason || ': ' || CASE action WHEN 'plan_changed'
                           THEN (state_before ->> 'planKey') || ' -> ' || (state_after ->> 'planKey')
                           ELSE (state_before ->> 'state') || ' -> ' || (state_after ->> 'state') END
                  FROM audit_statement
                 WHERE organization_id = ? AND actor = 'operator:usr_of_tests' ORDER BY action
                """)
                .param(organization)
                .query(String.class)
                .list();
    }

    private static void assertProblem(Answer answer, int status, String code) {
        assertThat(answer.text("code")).as(answer.body()).isEqualTo(code);
        assertThat(answer.status()).isEqualTo(status);
    }
}
