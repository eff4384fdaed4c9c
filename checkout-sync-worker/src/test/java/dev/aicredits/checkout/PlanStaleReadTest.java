package dev.aicredits.checkout;

import static dev.aicredits.checkout.SharedPlanWorker.CLIENT;
import static dev.aicredits.checkout.SharedPlanWorker.FREE;
import static dev.aicredits.checkout.SharedPlanWorker.STRIPE;
import static dev.aicredits.checkout.SharedPlanWorker.SYSTEM;
import static dev.aicredits.checkout.SharedPlanWorker.TEAM;
import static dev.aicredits.checkout.SharedPlanWorker.WORKER;
import static dev.aicredits.checkout.SharedPlanWorker.alter;
import static dev.aicredits.checkout.SharedPlanWorker.orders;
import static dev.aicredits.checkout.SharedPlanWorker.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicredits.checkout.PlanFulfilment.Outcome;
import dev.aicredits.stripe.StripeGateway;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.OptimisticLockingFailureException;

/** Somebody reads Stripe, and comes to the order after somebody faster, who has read something newer. */
@ExtendWith(SharedPlanWorker.class)
class PlanStaleReadTest {

    private final String organization = SYSTEM.organization();
    private String session;
    private String subscription;
    private int reads;

    @BeforeEach
    void buy() {
        // Nobody but the test reads anything.
        STRIPE.webhooks().lose();
        session = CLIENT.startPlan(organization, TEAM).text("sessionId");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void whoReadThatNothingWasPaidDoesNotEndWhatIsPaidMeanwhile(int paidDuring) {
        subscribe();
        is("unpaid");

        Outcome outcome = slow(paidDuring, () -> {
                    is("active");
                    assertThat(faster().follow(subscription))
                            .as("there was no change to keep")
                            .isEqualTo(Outcome.UNCHANGED);
                })
                .follow(subscription);

        if (paidDuring < 3) {
            assertThat(outcome).isEqualTo(Outcome.UNCHANGED);
            assertThat(reads).isEqualTo(paidDuring + 1);
            assertThat(orders(organization)).containsExactly("active");
            assertThat(plan(organization)).isEqualTo(TEAM);
        } else {
            assertThat(outcome).as("it was read twice, and is so").isEqualTo(Outcome.TAKEN_BACK);
            assertThat(reads).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whoReadASubscriptionBeforeItsEndDoesNotPutItInForce(int endedDuring) {
        subscribe();
        is("unpaid");
        assertThat(faster().follow(subscription)).isEqualTo(Outcome.TAKEN_BACK);
        is("active");

        Outcome outcome = slow(endedDuring, () -> {
                    is("canceled");
                    faster().follow(subscription);
                })
                .follow(subscription);

        assertThat(outcome).isEqualTo(Outcome.UNCHANGED);
        assertThat(orders(organization)).containsExactly("ended");
        assertThat(plan(organization)).isEqualTo(FREE);
    }

    @Test
    void whatHasEndedForGoodDoesNotBeginAnew() {
        subscribe();
        is("canceled");
        assertThat(faster().follow(subscription)).isEqualTo(Outcome.TAKEN_BACK);
        is("active");

        assertThat(faster().follow(subscription)).isEqualTo(Outcome.UNCHANGED);

        assertThat(orders(organization)).containsExactly("ended");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whoReadASessionThatWasOpenLeavesWhatWasPaidMeanwhile(int paidDuring) {
        STRIPE.payments().decline(session);

        Outcome outcome = slow(paidDuring, this::subscribe).fulfil(session);

        assertThat(outcome).isEqualTo(paidDuring == 1 ? Outcome.UNCHANGED : Outcome.NOT_PAID);
        assertThat(plan(organization)).isEqualTo(paidDuring == 1 ? TEAM : FREE);
    }

    @Test
    void whoIsOvertakenEachTimeGivesUp() {
        subscribe();
        is("unpaid");
        PlanFulfilment slow = slow(0, () -> {
            is("active");
            faster().follow(subscription);
            is("unpaid");
        });

        assertThatThrownBy(() -> slow.follow(subscription)).isInstanceOf(OptimisticLockingFailureException.class);

        assertThat(reads).isEqualTo(PlanFulfilment.READS_MAX);
        assertThat(orders(organization)).containsExactly("active");
    }

    private void subscribe() {
        subscription = STRIPE.payments().pay(session);
        assertThat(CLIENT.syncPlan(organization, session).text("status")).isEqualTo("completed");
    }

    private void is(String status) {
        alter(subscription, Map.of("status", status));
    }

    private static PlanFulfilment faster() {
        return WORKER.bean(PlanFulfilment.class);
    }

    /** Who reads so slowly that {@code meanwhile} happens between Stripe's {@code n}-th answer, 0 for each, and its use. */
    private PlanFulfilment slow(int n, Runnable meanwhile) {
        StripeGateway stripe = WORKER.bean(StripeGateway.class);
        StripeGateway slow = (StripeGateway) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {StripeGateway.class}, (proxy, method, arguments) -> {
                    try {
                        Object answer = method.invoke(stripe, arguments);
                        reads++;
                        if (n == 0 || reads == n) {
                            meanwhile.run();
                        }
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return new PlanFulfilment(
                slow,
                WORKER.bean(JdbcPlanOrders.class),
                WORKER.bean(PlanChanges.class),
                WORKER.bean(CheckoutMetrics.class));
    }
}
