package dev.aicredits.checkout;

import static dev.aicredits.checkout.SharedPlanWorker.CLIENT;
import static dev.aicredits.checkout.SharedPlanWorker.FREE;
import static dev.aicredits.checkout.SharedPlanWorker.STRIPE;
import static dev.aicredits.checkout.SharedPlanWorker.SYSTEM;
import static dev.aicredits.checkout.SharedPlanWorker.TEAM;
import static dev.aicredits.checkout.SharedPlanWorker.WORKER;
import static dev.aicredits.checkout.SharedPlanWorker.alter;
import static dev.aicredits.checkout.SharedPlanWorker.give;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.checkout.CheckoutClient.Answer;
import dev.aicredits.localstripe.ApiFault;
import dev.aicredits.localstripe.StripeOperation;
import dev.aicredits.testkit.Patience;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans bought through the local Stripe, by the whole worker: the plan in force follows the subscription, once. */
@ExtendWith(SharedPlanWorker.class)
class PlanCheckoutTest {

    private final String organization = SYSTEM.organization();

    @Test
    void aPaidPlanIsPutInForceOnceAndAudited() {
        STRIPE.webhooks().duplicate(2);
        Answer started = CLIENT.startPlan(organization, TEAM);
        assertThat(started.status()).as(started.body()).isEqualTo(201);
        assertThat(started.text("provider")).isEqualTo("stripe");
        assertThat(started.text("product")).isEqualTo("hosting");
        assertThat(started.text("planKey")).isEqualTo(TEAM);
        assertThat(started.text("url")).startsWith(STRIPE.baseUrl());
        String session = started.text("sessionId");
        assertThat(CLIENT.planStatus(organization, session).body())
                .isEqualTo("{\"product\":\"hosting\",\"sessionId\":\"" + session
                        + "\",\"status\":\"open\",\"completed\":false,\"planKey\":\"" + TEAM + "\"}");

        STRIPE.payments().decline(session);
        assertThat(CLIENT.syncPlan(organization, session).text("status")).isEqualTo("open");
        STRIPE.payments().pay(session);
        awaitPlan(TEAM);

        assertThat(CLIENT.syncPlan(organization, session).text("status")).isEqualTo("completed");
        assertThat(CLIENT.planStatus(organization, session)
                        .json()
                        .path("completed")
                        .asBoolean())
                .isTrue();
        assertThat(audited()).containsExactly(FREE + " -> " + TEAM);
        assertThat(SYSTEM.entries(organization)).as("a fee is no credit").isEmpty();
    }

    @Test
    void aRenewalThatFailsCostsNothingUntilStripeGivesUp() {
        String subscription = subscribe();

        STRIPE.subscriptions().failRenewal(subscription);
        awaitStatus("past_due");
        assertThat(plan()).isEqualTo(TEAM);
        STRIPE.subscriptions().renew(subscription);
        awaitStatus("active");
        STRIPE.subscriptions().cancel(subscription);
        awaitPlan(FREE);

        assertThat(audited()).containsExactly(FREE + " -> " + TEAM, TEAM + " -> " + FREE);
        assertThat(orders()).containsExactly("ended");
        assertThat(CLIENT.startPlan(organization, TEAM).status())
                .as("it can be bought again")
                .isEqualTo(201);
    }

    @Test
    void eventsThatComeTwiceShuffledEndInTheSamePlan() {
        long seed = System.nanoTime();
        STRIPE.webhooks().duplicate(1);
        STRIPE.webhooks().hold();
        String session = CLIENT.startPlan(organization, TEAM).text("sessionId");
        String subscription = STRIPE.payments().pay(session);
        STRIPE.subscriptions().renew(subscription);
        STRIPE.subscriptions().failRenewal(subscription);
        STRIPE.subscriptions().cancel(subscription);
        STRIPE.webhooks().releaseShuffled(seed);

        Patience.awaitTrue("seed " + seed, () -> orders().equals(List.of("ended")));
        assertThat(plan()).as("seed " + seed).isEqualTo(FREE);
    }

    @Test
    void whatWebhooksLostIsFoundByTheSweep() {
        STRIPE.webhooks().lose();
        String session = CLIENT.startPlan(organization, TEAM).text("sessionId");
        String subscription = STRIPE.payments().pay(session);
        assertThat(plan()).isEqualTo(FREE);

        Patience.awaitTrue("the sweep finds what was paid", () -> {
            sweep();
            return plan().equals(TEAM);
        });
        STRIPE.subscriptions().cancel(subscription);
        Patience.awaitTrue("the sweep finds what has ended", () -> {
            sweep();
            return plan().equals(FREE);
        });

        assertThat(audited()).containsExactly(FREE + " -> " + TEAM, TEAM + " -> " + FREE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unpaid", "paused"})
    void whatIsPaidAgainIsFoundByTheSweep(String ended) {
        String subscription = subscribe();
        STRIPE.webhooks().lose();
        alter(subscription, Map.of("status", ended));
        Patience.awaitTrue("the sweep finds what has ended", () -> {
            sweep();
            return plan().equals(FREE);
        });
        assertThat(orders()).containsExactly("ended");
        assertThat(sweptWithin(Duration.ofHours(1)))
                .as("asked again, but not soon")
                .isFalse();

        alter(subscription, Map.of("status", "active"));
        Patience.awaitTrue("the sweep finds what is paid again", () -> {
            sweep();
            return plan().equals(TEAM);
        });

        assertThat(orders()).containsExactly("active");
        assertThat(audited()).containsExactly(FREE + " -> " + TEAM, TEAM + " -> " + FREE, FREE + " -> " + TEAM);
    }

    @Test
    void whatIsPaidAgainBesideAnotherIsHeldForAPerson() {
        String first = subscribe();
        STRIPE.webhooks().lose();
        alter(first, Map.of("status", "unpaid"));
        WORKER.bean(PlanFulfilment.class).follow(first);
        String second = CLIENT.startPlan(organization, TEAM).text("sessionId");
        STRIPE.payments().pay(second);
        CLIENT.syncPlan(organization, second);
        assertThat(orders()).containsExactly("ended", "active");

        alter(first, Map.of("status", "active"));
        Patience.awaitTrue("the sweep finds it", () -> {
            sweep();
            return orders().equals(List.of("review:subscribed_twice", "active"));
        });

        assertThat(plan()).isEqualTo(TEAM);
    }

    @Test
    void whatHasEndedForGoodIsNotAskedAboutAgain() {
        String subscription = subscribe();
        STRIPE.subscriptions().cancel(subscription);
        awaitPlan(FREE);

        assertThat(sweptWithin(Duration.ZERO)).isFalse();
    }

    /** Whether the sweep would ask about an order of the organization that is in force, or ended, and was left alone for so long. */
    private boolean sweptWithin(Duration age) {
        return WORKER
                .bean(JdbcPlanOrders.class)
                .unsettled(Instant.now().plusSeconds(1), Duration.ZERO, age, Integer.MAX_VALUE)
                .stream()
                .anyMatch(order -> order.organizationId().equals(organization));
    }

    private static void sweep() {
        WORKER.bean(PlanSweep.class).run(Duration.ZERO);
    }

    @Test
    void whatCouldNotBeDeliveredIsFetched() {
        STRIPE.webhooks().lose();
        String subscription =
                STRIPE.payments().pay(CLIENT.startPlan(organization, TEAM).text("sessionId"));
        STRIPE.subscriptions().cancel(subscription);
        Patience.awaitTrue(
                "some are lost", () -> STRIPE.webhooks().undelivered().size() >= 5);

        WORKER.bean(UndeliveredEventSweep.class).run(null);

        Patience.awaitTrue("it has ended", () -> orders().equals(List.of("ended")));
        assertThat(plan()).isEqualTo(FREE);
    }

    @Test
    void manyWhoAskAtOnceMoveThePlanOnce() {
        STRIPE.webhooks().hold();
        String session = CLIENT.startPlan(organization, TEAM).text("sessionId");
        STRIPE.payments().pay(session);

        Stream.generate(() -> CompletableFuture.supplyAsync(() -> CLIENT.syncPlan(organization, session)))
                .limit(8)
                .toList()
                .forEach(answer -> assertThat(answer.join().text("status")).isEqualTo("completed"));

        STRIPE.webhooks().release();
        assertThat(audited()).containsExactly(FREE + " -> " + TEAM);
    }

    @Test
    void aSecondSubscriptionIsHeldForAPerson() {
        String first = CLIENT.startPlan(organization, TEAM).text("sessionId");
        String second = CLIENT.startPlan(organization, TEAM).text("sessionId");
        STRIPE.payments().pay(first);
        awaitPlan(TEAM);

        String twice = STRIPE.payments().pay(second);
        assertThat(CLIENT.syncPlan(organization, second).text("status")).isEqualTo("in_review");
        assertThat(orders()).containsExactlyInAnyOrder("active", "review:subscribed_twice");
        STRIPE.subscriptions().cancel(twice);
        Patience.awaitTrue("it has ended", () -> orders().contains("ended"));

        assertThat(plan()).as("the first goes on paying").isEqualTo(TEAM);
    }

    @Test
    void whatAnOperatorGaveMeanwhileStays() {
        String subscription = subscribe();
        give(organization, "mcp_hosting_enterprise", true);

        STRIPE.subscriptions().renew(subscription);
        STRIPE.subscriptions().cancel(subscription);
        Patience.awaitTrue("it has ended", () -> orders().equals(List.of("ended")));

        assertThat(plan()).isEqualTo("mcp_hosting_enterprise");
    }

    @Test
    void onlyWhatIsForSaleIsSold() {
        for (String plan : List.of(FREE, "mcp_hosting_enterprise", "nothing", "x' OR 1=1", "")) {
            assertThat(CLIENT.startPlan(organization, plan).text("code")).isEqualTo("plan_not_on_offer");
        }
        for (String body : List.of("{}", "{\"planKey\":7}", "{\"planKey\":null}", "{\"planKey\":[\"" + TEAM + "\"]}")) {
            assertThat(CLIENT.startPlanWith(organization, body).text("code")).isEqualTo("plan_not_on_offer");
        }
        assertThat(CLIENT.startPlanWith(organization, "[]").text("code")).isEqualTo("malformed_body");
        give(organization, TEAM, false);
        assertThat(CLIENT.startPlan(organization, TEAM).text("code")).isEqualTo("plan_in_force");
        give(organization, FREE, true);
        assertThat(CLIENT.startPlan(organization, TEAM).text("code")).isEqualTo("organization_invoiced");
        assertThat(orders()).isEmpty();
    }

    @Test
    void aSessionWhoseAnswerWasLostIsTheOneThatTheRetryGets() {
        STRIPE.faults().next(6, ApiFault.reset().afterTheWork(), StripeOperation.SESSION_CREATE);
        assertThat(CLIENT.startPlan(organization, TEAM, "Idempotency-Key", "lost")
                        .status())
                .isEqualTo(502);
        STRIPE.faults().clear();

        Answer first = CLIENT.startPlan(organization, TEAM, "Idempotency-Key", "lost");
        Answer again = CLIENT.startPlan(organization, TEAM, "Idempotency-Key", "lost");

        assertThat(first.status()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(orders()).containsExactly("open");
    }

    @Test
    void aRepeatedPurchaseIsTheFirstOneAlsoOnceItsPlanIsInForce() {
        Answer first = CLIENT.startPlan(organization, TEAM, "Idempotency-Key", "once");
        STRIPE.payments().pay(first.text("sessionId"));
        awaitPlan(TEAM);

        Answer again = CLIENT.startPlan(organization, TEAM, "Idempotency-Key", "once");
        Answer anotherPlan = CLIENT.startPlan(organization, FREE, "Idempotency-Key", "once");
        Answer anotherKey = CLIENT.startPlan(organization, TEAM, "Idempotency-Key", "twice");
        Answer another = CLIENT.startPlan(SYSTEM.organization(), TEAM, "Idempotency-Key", "once");

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(anotherPlan.status()).isEqualTo(409);
        assertThat(anotherPlan.text("code")).isEqualTo("idempotency_key_reused");
        assertThat(anotherKey.text("code")).isEqualTo("plan_in_force");
        assertThat(another.text("sessionId"))
                .as("a key is an organization's own")
                .isNotEqualTo(first.text("sessionId"));
        assertThat(orders()).containsExactly("active");
    }

    @Test
    void whoReadAnOrderBeforeItWasOpenedDoesNotGiveItUp() {
        STRIPE.faults().next(6, ApiFault.reset().afterTheWork(), StripeOperation.SESSION_CREATE);
        CLIENT.startPlan(organization, TEAM, "Idempotency-Key", "slow");
        STRIPE.faults().clear();
        makeOlder("1 day");
        PlanOrder read = WORKER
                .bean(JdbcPlanOrders.class)
                .unsettled(Instant.now(), Duration.ZERO, Duration.ZERO, Integer.MAX_VALUE)
                .stream()
                .filter(order -> order.organizationId().equals(organization))
                .findFirst()
                .orElseThrow();
        makeOlder("-1 day");
        Answer opened = CLIENT.startPlan(organization, TEAM, "Idempotency-Key", "slow");

        PlanOrder order = WORKER.bean(PlanStart.class).open(read);

        assertThat(order.sessionId()).isEqualTo(opened.text("sessionId"));
        assertThat(orders()).containsExactly("open");
    }

    @Test
    void aPaidSessionThatWasNeverSavedPutsItsPlanInForce() {
        String session = CLIENT.startPlan(organization, TEAM).text("sessionId");
        SYSTEM.superuser().sql("""
                UPDATE plan_order SET state = 'created', stripe_session_id = NULL, session_url = NULL, expires_at = NULL
                 WHERE stripe_session_id = :session
                """).param("session", session).update();

        STRIPE.payments().pay(session);

        awaitPlan(TEAM);
        assertThat(CLIENT.planStatus(organization, session).text("status")).isEqualTo("completed");
    }

    private void makeOlder(String interval) {
        SYSTEM.superuser()
                .sql("""
                UPDATE plan_order SET created_at = created_at - :interval::interval
                 WHERE organization_id = (SELECT organization_id FROM organization WHERE public_id = :id)
                """)
                .param("interval", interval)
                .param("id", organization)
                .update();
    }

    @Test
    void anotherOrganizationsSessionIsNoneOfOnes() {
        String session = CLIENT.startPlan(organization, TEAM).text("sessionId");
        String other = SYSTEM.organization();

        assertThat(CLIENT.planStatus(other, session).text("code")).isEqualTo("checkout_session_not_found");
        assertThat(CLIENT.syncPlan(other, session).text("code")).isEqualTo("checkout_session_not_found");
        assertThat(CLIENT.status(organization, session).text("code"))
                .as("nor is it one of credits")
                .isEqualTo("checkout_session_not_found");
    }

    @Test
    void theReturnPagePutsItInForceToo() {
        STRIPE.webhooks().lose();
        String session = CLIENT.startPlan(organization, TEAM).text("sessionId");
        assertThat(CLIENT.get("/api/v1/checkout/return?plan_session_id=" + session)
                        .body())
                .contains("Not paid");
        STRIPE.payments().pay(session);

        assertThat(CLIENT.get("/api/v1/checkout/return?plan_session_id=" + session)
                        .body())
                .contains("Your plan is in force.");
        assertThat(plan()).isEqualTo(TEAM);
    }

    @Test
    void theReturnPageAsksStripeOfNoSessionThatIsNotKnown() {
        STRIPE.faults().next(9, ApiFault.serverError(), StripeOperation.SESSION_RETRIEVE);
        String page = CLIENT.get("/api/v1/checkout/return?plan_session_id=cs_test_unknown")
                .body();
        STRIPE.faults().clear();

        assertThat(page).as("not that Stripe did not answer").contains("Not paid");
    }

    private String subscribe() {
        String subscription =
                STRIPE.payments().pay(CLIENT.startPlan(organization, TEAM).text("sessionId"));
        awaitPlan(TEAM);
        return subscription;
    }

    private void awaitPlan(String plan) {
        Patience.awaitTrue(plan, () -> plan().equals(plan));
    }

    private void awaitStatus(String status) {
        Patience.awaitTrue(status, () -> SYSTEM.superuser()
                .sql("SELECT subscription_status FROM plan_order_statement WHERE organization_id = :id")
                .param("id", organization)
                .query(String.class)
                .single()
                .equals(status));
    }

    private String plan() {
        return SharedPlanWorker.plan(organization);
    }

    private List<String> orders() {
        return SharedPlanWorker.orders(organization);
    }

    private List<String> audited() {
        return SYSTEM.superuser()
                .sql("""
                SELECT state_before ->> 'planKey' || ' -> ' || (state_after ->> 'planKey') FROM audit_statement
                 WHERE organization_id = :id AND action = 'plan_changed' AND actor = 'stripe' ORDER BY happened_at
                """)
                .param("id", organization)
                .query(String.class)
                .list();
    }
}
