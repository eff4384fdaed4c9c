package dev.aicredits.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.checkout.CheckoutClient.Answer;
import dev.aicredits.checkout.FakeStripe.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Starting a checkout over HTTP, with Stripe well and unwell. */
class StartTest {

    private static final String CREATE = "POST checkout/sessions";
    private static final CheckoutSystem SYSTEM = CheckoutSystem.create();
    private static final FakeStripe STRIPE = FakeStripe.start();
    private static final RunningCheckout WORKER = SYSTEM.start(
            "aicredits.checkout-sync.stripe.api-base=" + STRIPE.baseUrl(),
            "aicredits.checkout-sync.stripe.read-timeout=1s",
            "aicredits.checkout-sync.stripe.attempts-max=2",
            // Its own test has the circuit.
            "aicredits.checkout-sync.stripe.circuit-failure-percent=100",
            "aicredits.checkout-sync.stripe.circuit-calls=1000");
    private static final CheckoutClient CLIENT = WORKER.client();

    private final String organization = SYSTEM.organization();

    @AfterAll
    static void close() {
        SYSTEM.close();
        STRIPE.close();
    }

    @AfterEach
    void recover() {
        STRIPE.recover();
    }

    @Test
    void aStartedSessionHasWhatTheContractSays() {
        Answer answer = CLIENT.start(organization, "50.5");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.text("provider")).isEqualTo("stripe");
        assertThat(answer.text("url")).startsWith("http://");
        assertThat(answer.text("expiresAt")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(answer.body()).contains("\"creditAmountUsd\":50.5}");

        Answer status = CLIENT.status(organization, answer.text("sessionId"));
        assertThat(status.body())
                .isEqualTo(("{\"product\":\"ai-credits\",\"sessionId\":\"%s\",\"status\":\"open\",\"completed\":false,"
                                + "\"ledgerEntryId\":null,\"creditAmountUsd\":50.5}")
                        .formatted(answer.text("sessionId")));
    }

    @Test
    void theSameKeyAndPurchaseAreTheSameSession() {
        Answer first = CLIENT.start(organization, "50", "Idempotency-Key", "once");
        Answer again = CLIENT.startWith(organization, "{\"amountUsd\": 50.00}", "Idempotency-Key", "once");
        Answer other = CLIENT.start(organization, "51", "Idempotency-Key", "once");
        Answer unnamed = CLIENT.start(organization, "50");

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.text("code")).isEqualTo("idempotency_key_reused");
        assertThat(unnamed.text("sessionId")).isNotEqualTo(first.text("sessionId"));
        assertThat(SYSTEM.orders(organization)).hasSize(2);
    }

    @Test
    void aKeyBelongsToItsOrganization() {
        String another = SYSTEM.organization();

        Answer ours = CLIENT.start(organization, "50", "Idempotency-Key", "shared");
        Answer theirs = CLIENT.start(another, "60", "Idempotency-Key", "shared");

        assertThat(theirs.status()).isEqualTo(201);
        assertThat(theirs.text("sessionId")).isNotEqualTo(ours.text("sessionId"));
        assertThat(CLIENT.status(another, ours.text("sessionId")).text("code")).isEqualTo("checkout_session_not_found");
        assertThat(CLIENT.sync(another, ours.text("sessionId")).status()).isEqualTo(404);
    }

    @Test
    void manyAtOnceUnderOneKeyGetOneSession() {
        ExecutorService threads = Executors.newFixedThreadPool(10);
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            answers.add(CompletableFuture.supplyAsync(
                    () -> CLIENT.start(organization, "50", "Idempotency-Key", "at-once"), threads));
        }

        Set<String> bodies = new HashSet<>();
        answers.forEach(answer -> bodies.add(answer.join().body()));

        threads.shutdown();
        assertThat(bodies).hasSize(1);
        assertThat(SYSTEM.orders(organization)).containsExactly("open");
    }

    @Test
    void whatIsRefusedOpensNothing() {
        int before = STRIPE.calls(CREATE);

        assertThat(CLIENT.start("org_nobody", "50").text("code")).isEqualTo("organization_not_found");
        assertThat(CLIENT.start(organization, "50.001").text("code")).isEqualTo("amount_not_whole_cents");
        Answer small = CLIENT.start(organization, "1");
        assertThat(small.status()).isEqualTo(400);
        assertThat(small.body()).contains("\"minimumUsd\":5", "\"suggestedAmountsUsd\":[10,25,50,100]");
        assertThat(CLIENT.start(organization, "50", "Idempotency-Key", "two words")
                        .text("code"))
                .isEqualTo("idempotency_key_invalid");
        assertThat(CLIENT.startWith(organization, "{\"creditAmountUsd\":50,\"successUrl\":\"https://evil.example/\"}")
                        .text("code"))
                .isEqualTo("return_url_invalid");
        assertThat(CLIENT.startWith(organization, " ".repeat(20_000)).status()).isEqualTo(413);

        assertThat(SYSTEM.orders(organization)).isEmpty();
        assertThat(STRIPE.calls(CREATE)).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"SILENCE", "RESET", "SERVER_ERROR", "GARBAGE", "WRONG_JSON", "BROKEN_AMOUNT", "RATE_LIMITED"})
    void whileStripeIsUnwellTheAnswerIsBoundedAndARetryGetsTheOneSession(Fault fault) {
        // The JDK's own client repeats a call whose connection was reset.
        STRIPE.fail(CREATE, fault, 4);
        long startedNanos = System.nanoTime();

        Answer unwell = CLIENT.start(organization, "50", "Idempotency-Key", "unwell");

        Duration took = Duration.ofNanos(System.nanoTime() - startedNanos);
        assertThat(unwell.status()).isEqualTo(fault == Fault.RATE_LIMITED ? 503 : 502);
        assertThat(unwell.text("code"))
                .isEqualTo(fault == Fault.RATE_LIMITED ? "payment_provider_unavailable" : "payment_provider_failed");
        assertThat(unwell.response().headers().firstValue("Retry-After")).isPresent();
        assertThat(took).isLessThan(Duration.ofSeconds(5));
        assertThat(SYSTEM.orders(organization)).containsExactly("created");

        STRIPE.recover();
        Answer well = CLIENT.start(organization, "50", "Idempotency-Key", "unwell");
        assertThat(well.status()).isEqualTo(201);
        assertThat(SYSTEM.orders(organization)).containsExactly("open");
    }

    @Test
    void anAnswerThatIsLostAfterTheWorkIsGotBackByTheRetry() {
        int before = STRIPE.state.sessionIds().size();
        STRIPE.fail(CREATE, Fault.ANSWER_LOST, 4);

        assertThat(CLIENT.start(organization, "50", "Idempotency-Key", "lost").status())
                .isEqualTo(502);
        STRIPE.recover();
        Answer retried = CLIENT.start(organization, "50", "Idempotency-Key", "lost");

        assertThat(retried.status()).isEqualTo(201);
        assertThat(STRIPE.state.sessionIds()).hasSize(before + 1).contains(retried.text("sessionId"));
    }

    @Test
    void aSingleFailureIsNotSeenByTheClient() {
        STRIPE.fail(CREATE, Fault.SERVER_ERROR, 1);

        assertThat(CLIENT.start(organization, "50").status()).isEqualTo(201);
    }

    @Test
    void aWrongKeyIsOursToMendAndLeavesTheOrder() {
        STRIPE.fail(CREATE, Fault.UNAUTHORIZED, 1);

        assertThat(CLIENT.start(organization, "50").text("code")).isEqualTo("payment_provider_unavailable");
        assertThat(SYSTEM.orders(organization)).containsExactly("created");
    }
}
