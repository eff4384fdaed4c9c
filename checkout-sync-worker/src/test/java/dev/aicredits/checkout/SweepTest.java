package dev.aicredits.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.checkout.FakeStripe.Fault;
import dev.aicredits.testkit.Patience;
import dev.aicredits.testkit.TopicReader;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the sweeps find when webhooks do not come, and what they may cost. */
class SweepTest {

    private static final String READ = "GET checkout/sessions";

    private final CheckoutSystem system = CheckoutSystem.create();
    private final FakeStripe stripe = FakeStripe.start();
    private final String organization = system.organization();

    @AfterEach
    void close() {
        system.close();
        stripe.close();
    }

    private RunningCheckout worker(String... overrides) {
        String[] all = new String[overrides.length + 1];
        all[0] = "aicredits.checkout-sync.stripe.api-base=" + stripe.baseUrl();
        System.arraycopy(overrides, 0, all, 1, overrides.length);
        return system.start(all);
    }

    @Test
    void aPaymentWhoseWebhookNeverCameIsCreditedWithinTheInterval() {
        RunningCheckout worker = worker("aicredits.checkout-sync.open-interval=300ms");
        String session = start(worker);
        stripe.state.pay(session);

        Patience.awaitTrue("credited", () -> system.orders(organization).equals(List.of("credited")));
        assertThat(system.entries(organization)).containsExactly("top_up 50");
        assertThat(worker.count("aicredits.checkout.sweeps", "sweep", "open_sessions", "outcome", "done"))
                .isPositive();
    }

    @Test
    void aSessionWhoseAnswerWasLostIsGotBackAndCredited() {
        RunningCheckout worker = worker();
        stripe.fail("POST checkout/sessions", Fault.ANSWER_LOST, 10);
        assertThat(worker.client().start(organization, "50").status()).isEqualTo(502);
        stripe.recover();
        String session = stripe.state.sessionIds().get(0);
        stripe.state.pay(session);

        worker.bean(OpenSessionSweep.class).run();
        assertThat(system.orders(organization)).containsExactly("open");
        worker.bean(OpenSessionSweep.class).run();

        assertThat(stripe.state.sessionIds()).containsExactly(session);
        assertThat(system.orders(organization)).containsExactly("credited");
    }

    @Test
    void aPaidSessionThatWeNeverSavedIsFoundByItsReference() {
        RunningCheckout worker = worker();
        stripe.fail("POST checkout/sessions", Fault.ANSWER_LOST, 10);
        assertThat(worker.client()
                        .start(organization, "50", "Idempotency-Key", "cut-off")
                        .status())
                .isEqualTo(502);
        stripe.recover();
        String session = stripe.state.sessionIds().get(0);

        worker.client().webhook(stripe.state.pay(session));
        Patience.awaitTrue("credited", () -> system.orders(organization).equals(List.of("credited")));

        CheckoutClient.Answer retried = worker.client().start(organization, "50", "Idempotency-Key", "cut-off");
        assertThat(retried.text("sessionId")).isEqualTo(session);
        assertThat(stripe.state.sessionIds()).containsExactly(session);
    }

    @Test
    void anOrderThatStripeMayHaveForgottenIsNotAskedForAgain() {
        RunningCheckout worker = worker();
        stripe.fail("POST checkout/sessions", Fault.SERVER_ERROR, 10);
        assertThat(worker.client()
                        .start(organization, "50", "Idempotency-Key", "old")
                        .status())
                .isEqualTo(502);
        stripe.recover();
        system.superuser()
                .sql("UPDATE checkout_session SET created_at = created_at - interval '1 day'")
                .update();

        worker.bean(OpenSessionSweep.class).run();

        assertThat(system.orders(organization)).containsExactly("failed:never_opened");
        assertThat(worker.client()
                        .start(organization, "50", "Idempotency-Key", "old")
                        .text("code"))
                .isEqualTo("checkout_failed");
        assertThat(stripe.state.sessionIds()).isEmpty();
    }

    @Test
    void aRunKeepsToItsPageAndToItsBudgetOfCallsAndTheNextGoesOn() {
        RunningCheckout worker =
                worker("aicredits.checkout-sync.open-calls=4", "aicredits.checkout-sync.open-page-size=3");
        for (int i = 0; i < 6; i++) {
            stripe.state.pay(start(worker));
        }

        assertThat(worker.bean(OpenSessionSweep.class).run()).isEqualTo(3);
        assertThat(stripe.calls(READ)).isEqualTo(3);
        stripe.fail(READ, Fault.SERVER_ERROR, 3);
        worker.bean(OpenSessionSweep.class).run();
        assertThat(stripe.calls(READ)).as("repetitions count").isEqualTo(3 + 4);

        // The one that failed is left alone for a moment.
        Patience.awaitTrue("the rest is credited", () -> {
            worker.bean(OpenSessionSweep.class).run();
            return system.entries(organization).size() == 6;
        });
    }

    @Test
    void anUnknownOrBrokenSessionDoesNotHoldUpTheOthers() {
        RunningCheckout worker = worker("aicredits.checkout-sync.stripe.attempts-max=1");
        start(worker);
        stripe.state.pay(start(worker));
        stripe.fail(READ, Fault.GARBAGE, 1);

        worker.bean(OpenSessionSweep.class).run();

        assertThat(system.entries(organization)).containsExactly("top_up 50");
    }

    @Test
    void aRateLimitEndsTheRun() {
        RunningCheckout worker = worker("aicredits.checkout-sync.stripe.attempts-max=1");
        start(worker);
        start(worker);
        stripe.fail(READ, Fault.RATE_LIMITED, 1);

        assertThat(worker.bean(OpenSessionSweep.class).run()).isZero();
        assertThat(stripe.calls(READ)).isEqualTo(1);
    }

    @Test
    void undeliveredEventsAreFetchedPageByPageAndOnce() {
        RunningCheckout worker = worker(
                "aicredits.checkout-sync.undelivered-page-size=2", "aicredits.checkout-sync.undelivered-calls=1");
        String session = start(worker);
        stripe.state.pay(session);
        stripe.state.refund(session, 1000, "succeeded");
        stripe.state.refund(session, 2000, "succeeded");
        stripe.state.delivered(stripe.state.refund(session, 500, "succeeded"));
        UndeliveredEventSweep sweep = worker.bean(UndeliveredEventSweep.class);

        String after = sweep.run(null);
        assertThat(after).isNotNull();
        assertThat(sweep.run(after)).isNull();

        Patience.awaitTrue("acted on", () -> worker.count("aicredits.checkout.events") == 3);
        assertThat(system.entries(organization)).containsExactly("refund -10", "refund -20", "refund -5", "top_up 50");
        sweep.run(null);
        sweep.run(after);
        assertThat(worker.count("aicredits.checkout.events.fetched")).isEqualTo(3);
    }

    @Test
    void oneThatCannotBeReadIsDeadLetteredOnceAndHoldsUpNoOther() {
        RunningCheckout worker = worker("aicredits.checkout-sync.undelivered-page-size=2");
        String session = start(worker);
        stripe.state.pay(session);
        List<String> odd = List.of(
                stripe.state.refund(session, 1000, "succeeded"),
                stripe.state.refund(session, 1500, "succeeded"),
                stripe.state.refund(session, 500, "succeeded"));
        stripe.state.alterEvent(odd.get(0), event -> event.remove("object"));
        stripe.state.alterEvent(
                odd.get(1), event -> event.put("api_version", 1e300).remove("id"));
        stripe.state.alterEvent(odd.get(2), event -> event.remove("data"));
        stripe.state.refund(session, 2000, "succeeded");
        UndeliveredEventSweep sweep = worker.bean(UndeliveredEventSweep.class);

        assertThat(sweep.run(null)).isNull();
        Patience.awaitTrue("taken", () -> worker.count("aicredits.checkout.events") == 5);
        assertThat(sweep.run(null)).isNull();

        assertThat(system.entries(organization))
                .containsExactly("refund -10", "refund -15", "refund -20", "refund -5", "top_up 50");
        assertThat(worker.count("aicredits.checkout.events.fetched")).isEqualTo(5);
        assertThat(TopicReader.read(system.bootstrapServers(), system.deadLetterTopic()))
                .hasSize(3)
                .allSatisfy(letter -> assertThat(TopicReader.header(letter, "dead_letter_reason"))
                        .isEqualTo("malformed"))
                .extracting(letter -> new String(letter.value(), StandardCharsets.UTF_8))
                .anySatisfy(json -> assertThat(json).contains("1.0E300", "\"amount\":1500"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20})
    void anEventThatStripeKeepsNoMoreIsNoPlaceToGoOnFrom(int calls) {
        RunningCheckout worker = worker("aicredits.checkout-sync.undelivered-calls=" + calls);
        stripe.state.pay(start(worker));
        UndeliveredEventSweep sweep = worker.bean(UndeliveredEventSweep.class);

        assertThat(sweep.run("evt_of_last_month"))
                .as("the next begins with the newest")
                .isNull();
        if (calls == 1) {
            sweep.run(null);
        }

        Patience.awaitTrue("credited", () -> system.orders(organization).equals(List.of("credited")));
    }

    @Test
    void aSweepThatNeverSucceededStandsStillAndIsNotMissing() {
        stripe.fail("GET events", Fault.SERVER_ERROR, 1000);
        RunningCheckout worker = worker("aicredits.checkout-sync.undelivered-interval=300ms");

        Patience.awaitTrue(
                "failed",
                () -> worker.count("aicredits.checkout.sweeps", "sweep", "undelivered_events", "outcome", "failed")
                        > 0);

        assertThat(worker.bean(MeterRegistry.class)
                        .get("aicredits.checkout.sweeps")
                        .tags("sweep", "undelivered_events", "outcome", "done")
                        .timer()
                        .count())
                .isZero();
    }

    @Test
    void sweepsRunOnceAcrossInstancesAndGoOnAfterARestart() {
        String[] interval = {
            "aicredits.checkout-sync.open-interval=400ms", "aicredits.checkout-sync.undelivered-interval=400ms"
        };
        RunningCheckout first = worker(interval);
        RunningCheckout second = worker(interval);
        long startedNanos = System.nanoTime();
        long before = runs(first) + runs(second);
        Patience.awaitTrue("ten runs", () -> runs(first) + runs(second) - before >= 10);
        Duration took = Duration.ofNanos(System.nanoTime() - startedNanos);
        // Three sweeps, one run each in 400 ms, wherever it runs; a few either way for what was due at the beginning.
        assertThat(runs(first) + runs(second) - before).isLessThanOrEqualTo(3 * took.toMillis() / 400 + 6);
        first.close();
        second.close();

        RunningCheckout restarted = worker(interval);
        Patience.awaitTrue("runs after the restart", () -> runs(restarted) >= 2);
        assertThat(system.superuser()
                        .sql("SELECT count(*) FROM scheduled_tasks")
                        .query(Long.class)
                        .single())
                .isEqualTo(3);
    }

    private static long runs(RunningCheckout worker) {
        return worker.count("aicredits.checkout.sweeps", "outcome", "done");
    }

    private String start(RunningCheckout worker) {
        return worker.client().start(organization, "50").text("sessionId");
    }
}
