package dev.aicredits.checkout;

import static dev.aicredits.checkout.SharedPlanWorker.CLIENT;
import static dev.aicredits.checkout.SharedPlanWorker.FREE;
import static dev.aicredits.checkout.SharedPlanWorker.STRIPE;
import static dev.aicredits.checkout.SharedPlanWorker.SYSTEM;
import static dev.aicredits.checkout.SharedPlanWorker.TEAM;
import static dev.aicredits.checkout.SharedPlanWorker.alter;
import static dev.aicredits.checkout.SharedPlanWorker.atStripe;
import static dev.aicredits.checkout.SharedPlanWorker.give;
import static dev.aicredits.checkout.SharedPlanWorker.plan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.localstripe.ApiFault;
import dev.aicredits.localstripe.StripeOperation;
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
                        + ",open,[0-9.]+,0,true\r\n");
        CLIENT.syncPlan(organization, session);
        assertThat(about(invoice)).isEmpty();
    }

    @Test
    void aPaymentThatNobodyHeardOfIsRepairedOnceAndAudited() {
        String session = start();
        String subscription = STRIPE.payments().pay(session);
        String invoice = atStripe(session, "invoice");

        assertThat(repaired(invoice)).containsExactly("plan_paid_not_in_force plan_put_in_force");

        assertThat(plan(organization)).isEqualTo(TEAM);
        assertThat(about(invoice)).isEmpty();
        assertThat(repaired(invoice)).isEmpty();
        STRIPE.subscriptions().cancel(subscription);
        alter(invoice, Map.of("status", "open", "amount_paid", 0));
        assertThat(repaired(subscription)).containsExactly("plan_in_force_not_paid plan_taken_back");
        assertThat(plan(organization)).isEqualTo(FREE);
        assertThat(audited())
                .containsExactly(
                        "operator:usr_of_tests plan_paid_not_in_force: open -> active",
                        "operator:usr_of_tests plan_in_force_not_paid: active -> ended");
    }

    @Test
    void whatOnlyAPersonCanEndIsAnsweredAndLeft() {
        String held = start();
        STRIPE.payments().pay(held);
        give(organization, FREE, true);
        CLIENT.syncPlan(organization, held);
        String heldInvoice = atStripe(held, "invoice");
        String other = SYSTEM.organization();
        String unpaid = CLIENT.startPlan(other, TEAM).text("sessionId");
        String active = STRIPE.payments().pay(unpaid);
        CLIENT.syncPlan(other, unpaid);
        alter(atStripe(unpaid, "invoice"), Map.of("status", "open", "amount_paid", 0));

        assertThat(repaired(heldInvoice)).containsExactly("plan_held_for_review held");
        assertThat(repaired(active)).containsExactly("plan_in_force_not_paid plan_unchanged");

        assertThat(about(heldInvoice)).containsExactly("plan_held_for_review");
        assertThat(about(active)).containsExactly("plan_in_force_not_paid");
        assertThat(plan(organization)).isEqualTo(FREE);
        assertThat(audited()).isEmpty();
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
        assertThat(repaired(invoice)).containsExactly("plan_unknown unknown_order");
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
        STRIPE.faults().next(3, ApiFault.serverError(), StripeOperation.SUBSCRIPTION_CANCEL);
        refuse(session);
        assertThat(about(invoice)).containsExactly("plan_held_for_review");
        refuse(session);
        assertThat(about(invoice)).isEmpty();
        assertThat(atStripe(subscription, "status")).isEqualTo("canceled");
    }

    private void refuse(String session) {
        CLIENT.send(CLIENT.asOperator(ReviewController.PATH + "/" + organization + "/" + session + "/refusal")
                .POST(BodyPublishers.ofString("{\"reason\":\"pays by invoice\"}")));
    }

    @Test
    void anInvoiceOfLessThanTheFeeIsHeldAndNamedOnceItIsInForce() {
        String session = start();
        STRIPE.payments().pay(session);
        String invoice = atStripe(session, "invoice");
        alter(invoice, Map.of("amount_paid", 100));

        assertThat(CLIENT.syncPlan(organization, session).text("status")).isEqualTo("in_review");
        assertThat(about(invoice)).containsExactly("plan_held_for_review");
        CLIENT.send(CLIENT.asOperator(ReviewController.PATH + "/" + organization + "/" + session + "/release")
                .POST(BodyPublishers.ofString("{\"reason\":\"a month for a dollar\"}")));
        assertThat(about(invoice)).as("what a person took").isEmpty();

        alter(invoice, Map.of("amount_paid", 99));
        assertThat(about(invoice)).containsExactly("plan_amount_differs");
        assertThat(repaired(invoice)).containsExactly("plan_amount_differs amount_differs");
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

    /** What a repair did about it, as {@code types outcome}. */
    private static List<String> repaired(String subject) {
        return OPERATOR.repair(ReconciliationClient.period(ReconciliationClient.MONTH, 0))
                .json()
                .path("repairs")
                .valueStream()
                .filter(repair -> repair.path("subject").asString().equals(subject))
                .map(repair -> repair.path("types").get(0).asString() + " "
                        + repair.path("outcome").asString())
                .toList();
    }

    /** The repairs of the organization's orders, as the audit log has them. */
    private List<String> audited() {
        return SYSTEM.superuser()
                .sql("""
                SELECT actor || ' ' || reason || ': ' || (state_before ->> 'state') || ' -> ' || (state_after ->> 'state')
                  FROM audit_statement
                 WHERE organization_id = ? AND action = 'reconciliation_repair' ORDER BY happened_at
                """)
                .param(organization)
                .query(String.class)
                .list();
    }

    /** The classes of the differences about it. */
    private static List<String> about(String subject) {
        return ReconciliationClient.differences(OPERATOR.month()).stream()
                .filter(difference -> difference.endsWith(" " + subject))
                .map(difference -> difference.substring(0, difference.indexOf(' ')))
                .toList();
    }
}
