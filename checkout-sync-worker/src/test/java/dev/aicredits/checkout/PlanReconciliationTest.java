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
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What is planted between subscriptions' invoices at Stripe and orders of plans is found and named. */
@ExtendWith(SharedPlanWorker.class)
class PlanReconciliationTest {

    private static final ReconciliationClient OPERATOR = new ReconciliationClient(CLIENT);

    private final String organization = SYSTEM.organization();

    @BeforeEach
    void nobodyTells() {
        STRIPE.webhooks().lose();
    }

    @Test
    void whatIsPaidAndInForceIsCountedAndNoDifference() {
        JsonNode before = OPERATOR.month().path("plans");
        String session = start();
        String subscription = STRIPE.payments().pay(session);
        CLIENT.syncPlan(organization, session);
        STRIPE.subscriptions().renew(subscription);

        JsonNode after = OPERATOR.month().path("plans");

        assertThat(about(atStripe(session, "invoice"))).isEmpty();
        assertThat(about(subscription)).isEmpty();
        assertThat(after.path("invoices").asInt() - before.path("invoices").asInt())
                .isEqualTo(2);
        assertThat(after.path("paidUsd").decimalValue())
                .isGreaterThan(before.path("paidUsd").decimalValue());
    }

    @Test
    void aPaymentThatNobodyHeardOfIsNamedUntilItIs() {
        String session = start();
        STRIPE.payments().pay(session);
        String invoice = atStripe(session, "invoice");

        assertThat(about(invoice)).containsExactly("plan_paid_not_in_force");
        assertThat(OPERATOR.get(ReconciliationClient.period(1, 0) + "&format=csv")
                        .body())
                .containsPattern("plan_paid_not_in_force," + organization + "," + invoice + "," + session
                        + ",open,[0-9.]+,0,false\r\n");
        CLIENT.syncPlan(organization, session);
        assertThat(about(invoice)).isEmpty();
    }

    @Test
    void aPaymentWithOurMarkAndNoOrderIsNamedUntilAllOfItIsGivenBack() {
        String invoice = bought();
        alter(
                invoice,
                Map.of(
                        "parent",
                        Map.of(
                                "type",
                                "subscription_details",
                                "subscription_details",
                                Map.of(
                                        "subscription",
                                        "sub_unknown",
                                        "metadata",
                                        Map.of(
                                                "aicredits_organization",
                                                organization,
                                                "aicredits_plan_order",
                                                UUID.randomUUID().toString())))));

        assertThat(about(invoice)).containsExactly("plan_unknown");
        String payment = STRIPE.invoices().paymentOf(invoice);
        STRIPE.payments().refund(payment, 1);
        assertThat(about(invoice)).containsExactly("plan_unknown");
        STRIPE.payments().refund(payment);
        assertThat(about(invoice)).isEmpty();
    }

    @Test
    void whatIsHeldIsNamedUntilItIsRefusedAndItsSubscriptionOver() {
        String session = start();
        String subscription = STRIPE.payments().pay(session);
        give(organization, FREE, true);
        CLIENT.syncPlan(organization, session);
        String invoice = atStripe(session, "invoice");

        assertThat(about(invoice)).containsExactly("plan_held_for_review");
        CLIENT.send(CLIENT.asOperator(ReviewController.PATH + "/" + organization + "/" + session + "/refusal")
                .POST(BodyPublishers.ofString("{\"reason\":\"pays by invoice\"}")));
        assertThat(about(invoice)).containsExactly("plan_held_for_review");
        STRIPE.subscriptions().cancel(subscription);
        WORKER.bean(PlanFulfilment.class).follow(subscription);
        assertThat(about(invoice)).isEmpty();
    }

    @Test
    void aPlanInForceThatNobodyPaidIsNamed() {
        String invoice = bought();
        alter(invoice, Map.of("status", "open", "amount_paid", 0));

        String subscription = SYSTEM.superuser()
                .sql("SELECT subscription_id FROM plan_order_statement WHERE organization_id = ?")
                .param(organization)
                .query(String.class)
                .single();
        assertThat(about(subscription)).containsExactly("plan_in_force_not_paid");
    }

    private String start() {
        return CLIENT.startPlan(organization, TEAM).text("sessionId");
    }

    /** A plan in force; answers its invoice. */
    private String bought() {
        String session = start();
        STRIPE.payments().pay(session);
        CLIENT.syncPlan(organization, session);
        return atStripe(session, "invoice");
    }

    /** The classes of the differences about it. */
    private static List<String> about(String subject) {
        return ReconciliationClient.differences(OPERATOR.month()).stream()
                .filter(difference -> difference.endsWith(" " + subject))
                .map(difference -> difference.substring(0, difference.indexOf(' ')))
                .toList();
    }
}
