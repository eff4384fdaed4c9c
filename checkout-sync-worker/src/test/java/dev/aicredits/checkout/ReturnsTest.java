package dev.aicredits.checkout;

import static dev.aicredits.checkout.SharedWorker.AT_STRIPE;
import static dev.aicredits.checkout.SharedWorker.SYSTEM;
import static dev.aicredits.checkout.SharedWorker.WORKER;
import static dev.aicredits.checkout.SharedWorker.actOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.ledger.Ledger;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.money.Usd;
import dev.aicredits.stripe.StripeGateway;
import dev.aicredits.stripe.StripeRefund;
import dev.aicredits.usage.DedupeKeys;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The way back of a payment: refunds and disputes, in any order, as often as they come. */
@ExtendWith(SharedWorker.class)
class ReturnsTest {

    private final String organization = SYSTEM.organization();

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

    /** Whoever reads the statement knows a refund's id before it fails. */
    @Test
    void whatUsageHasTakenOfARefundsKeysDoesNotKeepAFailedOneFromReturningTheCredits() {
        String session = start("50");
        actOn(AT_STRIPE.pay(session));
        String refunded = AT_STRIPE.refund(session, 2000, "pending");
        String refund = AT_STRIPE.lastRefund();
        SYSTEM.use(organization, DedupeKeys.of("stripe:refund", refund));
        actOn(refunded);
        SYSTEM.use(organization, DedupeKeys.of("stripe:refund_failed", refund));

        actOn(AT_STRIPE.moveRefund(session, refund, "failed"));

        assertThat(SYSTEM.entries(organization))
                .containsExactly("refund -20", "refund_reversal 20", "top_up 50", "usage -0.01", "usage -0.01");
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
        assertThat(returns.book(order, session, early, List.of())).isNull();
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
        return SharedWorker.start(organization, usd);
    }

    private static String startInProcess(String buyer) {
        return WORKER.bean(CheckoutStart.class)
                .start(buyer, null, new Purchase(5000, "usd", "https://a.example/", "https://a.example/"))
                .sessionId();
    }
}
