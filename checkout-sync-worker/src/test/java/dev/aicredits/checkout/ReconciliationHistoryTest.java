package dev.aicredits.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.checkout.CheckoutClient.Answer;
import dev.aicredits.testkit.Patience;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** A month of purchases, refunds, disputes and lost webhooks: in the end everything agrees, by sweeps or by repair. */
class ReconciliationHistoryTest {

    private static final int PURCHASES = 60;
    private static final int DAYS = 28;

    private static final CheckoutSystem SYSTEM = CheckoutSystem.create();
    private static final FakeStripe STRIPE = FakeStripe.start();
    private static final RunningCheckout WORKER =
            SYSTEM.start(CheckoutSystem.QUICK_COMMITS, "aicredits.checkout-sync.stripe.api-base=" + STRIPE.baseUrl());
    private static final CheckoutClient CLIENT = WORKER.client();
    private static final ReconciliationClient OPERATOR = new ReconciliationClient(CLIENT);
    private static final FakeStripeState AT_STRIPE = STRIPE.state;

    private final List<String> organizations = List.of(SYSTEM.organization(), SYSTEM.organization());

    @AfterAll
    static void closeAndAudit() {
        try (STRIPE;
                SYSTEM) {
            assertThat(SYSTEM.audit()).isEmpty();
        }
    }

    @Test
    void aMonthIsCleanAfterTheSweepsAndItsWeeksAddUpToIt() {
        history(new Random(seed("sweeps")), 0.4);
        Patience.awaitTrue("the sweeps have found everything", () -> {
            WORKER.bean(OpenSessionSweep.class).run();
            WORKER.bean(UndeliveredEventSweep.class).run(null);
            return OPERATOR.month().path("clean").asBoolean();
        });

        JsonNode month = OPERATOR.month();
        assertThat(month.path("stripe")).isEqualTo(month.path("ledger"));
        assertThat(month.path("stripe").path("paidUsd").decimalValue()).isPositive();
        assertThat(month.path("ledger").path("netUsd").decimalValue()).isEqualByComparingTo(balances());
        BigDecimal weeks = BigDecimal.ZERO;
        for (int day = 0; day <= ReconciliationClient.MONTH; day += 7) {
            JsonNode week =
                    OPERATOR.get(ReconciliationClient.period(day + 7, day)).json();
            assertThat(ReconciliationClient.differences(week)).isEmpty();
            weeks = weeks.add(week.path("stripe").path("netUsd").decimalValue());
        }
        assertThat(weeks)
                .isEqualByComparingTo(month.path("stripe").path("netUsd").decimalValue());
    }

    @Test
    void aMonthOfLostWebhooksIsCleanAfterOneRepairAndTheAuditLogSaysWhy() {
        history(new Random(seed("repair")), 1);
        JsonNode before = OPERATOR.month();
        assertThat(before.path("clean").asBoolean()).isFalse();
        assertThat(OPERATOR.month().path("differences")).isEqualTo(before.path("differences"));

        JsonNode repaired = OPERATOR.repair(ReconciliationClient.period(ReconciliationClient.MONTH, 0))
                .json();

        assertThat(repaired.path("repairs")).isNotEmpty();
        assertThat(ReconciliationClient.differences(repaired.path("report"))).isEmpty();
        JsonNode after = OPERATOR.month();
        assertThat(after.path("clean").asBoolean()).isTrue();
        assertThat(after.path("stripe")).isEqualTo(after.path("ledger"));
        assertThat(SYSTEM.superuser()
                        .sql("""
                                SELECT DISTINCT actor || ' ' || action || ' ' || (state_before->>'state') || ' '
                                       || (state_after->>'state')
                                  FROM audit_statement
                                 WHERE reason = 'paid_not_credited' AND organization_id IN (:organizations)
                                """)
                        .param("organizations", organizations)
                        .query(String.class)
                        .list())
                .containsExactly("operator:usr_of_tests reconciliation_repair open credited");
        assertThat(OPERATOR.repair(ReconciliationClient.period(ReconciliationClient.MONTH, 0))
                        .json()
                        .path("repairs"))
                .isEmpty();
    }

    private static long seed(String what) {
        long seed = System.nanoTime();
        System.out.println("ReconciliationHistoryTest, " + what + ": seed " + seed);
        return seed;
    }

    private BigDecimal balances() {
        return SYSTEM.superuser()
                .sql("SELECT sum(balance_usd) FROM organization_statement")
                .query(BigDecimal.class)
                .single();
    }

    private void history(Random random, double lost) {
        for (int i = 0; i < PURCHASES; i++) {
            long secondsAgo = 60L + random.nextInt(DAYS * 86_400);
            AT_STRIPE.ago(Duration.ofSeconds(secondsAgo));
            int cents = 500 + random.nextInt(20_000);
            String session = start(
                    organizations.get(random.nextInt(organizations.size())),
                    BigDecimal.valueOf(cents, 2).toPlainString());
            ordered(session, secondsAgo);
            // It is paid within a day, and what comes back comes later.
            secondsAgo = later(random, secondsAgo, 86_000);
            List<String> events = new ArrayList<>();
            AT_STRIPE.ago(Duration.ofSeconds(secondsAgo));
            switch (random.nextInt(8)) {
                case 0 -> events.add(AT_STRIPE.expire(session));
                case 1 -> {
                    events.add(AT_STRIPE.payLater(session));
                    events.add(AT_STRIPE.failLater(session));
                }
                case 2 -> events.add(AT_STRIPE.payLater(session));
                case 3 -> {
                    events.add(AT_STRIPE.payLater(session));
                    events.add(AT_STRIPE.settle(session));
                }
                default -> {
                    events.add(AT_STRIPE.pay(session));
                    events.addAll(comesBack(random, session, cents, secondsAgo));
                }
            }
            events.stream().filter(event -> random.nextDouble() >= lost).forEach(event -> {
                assertThat(CLIENT.webhook(event).status()).isEqualTo(200);
                AT_STRIPE.delivered(event);
            });
        }
        AT_STRIPE.ago(Duration.ZERO);
    }

    /** The worker's clock is the real one: the order gets the time of its session. */
    private static void ordered(String session, long secondsAgo) {
        SYSTEM.superuser().sql("""
                        UPDATE checkout_session SET created_at = now() - make_interval(secs => ?)
                         WHERE stripe_session_id = ?
                        """).param(secondsAgo).param(session).update();
    }

    private static List<String> comesBack(Random random, String session, int cents, long paidSecondsAgo) {
        List<String> events = new ArrayList<>();
        long secondsAgo = paidSecondsAgo;
        for (int refunds = random.nextInt(3); refunds > 0; refunds--) {
            secondsAgo = later(random, secondsAgo, 20 * 86_400);
            AT_STRIPE.ago(Duration.ofSeconds(secondsAgo));
            events.add(AT_STRIPE.refund(session, 1 + random.nextInt(cents / 3), "pending"));
            if (random.nextInt(3) == 0) {
                events.add(AT_STRIPE.moveRefund(session, AT_STRIPE.lastRefund(), "failed"));
            }
        }
        if (random.nextInt(4) == 0) {
            AT_STRIPE.ago(Duration.ofSeconds(later(random, secondsAgo, 20 * 86_400)));
            events.add(AT_STRIPE.withdraw(session));
            if (random.nextBoolean()) {
                events.add(AT_STRIPE.reinstate(session));
            }
        }
        return events;
    }

    private static long later(Random random, long secondsAgo, int secondsMax) {
        return secondsAgo - random.nextInt((int) Math.min(secondsAgo, secondsMax));
    }

    private static String start(String organization, String usd) {
        Answer started = CLIENT.start(organization, usd);
        assertThat(started.status()).as(started.body()).isEqualTo(201);
        return started.text("sessionId");
    }

    @ParameterizedTest
    @CsvSource({
        "'', period_invalid",
        "?from=2026-11-01, period_invalid",
        "?from=2026-11-01&to=2026-11-01, period_invalid",
        "?from=2026-11-02&to=2026-11-01, period_invalid",
        "?from=2026-11-01T00:00:00.5Z&to=2026-11-02, period_invalid",
        "?from=2026-11-01T00:00:00&to=2026-11-02, period_invalid",
        "?from=2026-02-30&to=2026-11-02, period_invalid",
        "?from=9999-01-01&to=9999-01-02, period_invalid",
        "?from=1969-12-31&to=1970-01-02, period_invalid",
        "?from=2026-11-01&from=2026-11-02&to=2026-11-03, period_invalid",
        "?from=2026-01-01&to=2026-11-02, period_too_long",
        "?from=2026-11-01&to=2026-11-02&format=xml, format_unknown",
    })
    void aBadQuestionHasAClearAnswer(String query, String code) {
        Answer answer = OPERATOR.get(query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("code")).isEqualTo(code);
        if (!code.equals("format_unknown")) {
            assertThat(OPERATOR.repair(query).text("code")).isEqualTo(code);
        }
    }

    @Test
    void nobodyIsAnsweredWithoutTheKey() {
        assertThat(CLIENT.get(ReconciliationController.PATH + "?from=2026-11-01&to=2026-11-02")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void whileStripeIsAwayItIsSaid() {
        STRIPE.fail("GET checkout/sessions", FakeStripe.Fault.SERVER_ERROR, 3);

        Answer answer = OPERATOR.get(ReconciliationClient.period(1, 0));

        STRIPE.recover();
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.text("code")).isEqualTo("payment_provider_failed");
    }
}
