package dev.aicredits.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.exception.ApiConnectionException;
import dev.aicredits.stripe.StripeCalls.Operation;
import dev.aicredits.testkit.SettableClock;
import dev.aicredits.tracing.Traces;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** What is told of the circuit to Stripe, from when it opens until it has closed. */
class StripeCircuitTest {

    private static final Duration OPEN = Duration.ofSeconds(10);

    private final SettableClock clock = new SettableClock("2026-03-15T12:00:00Z");
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final StripeCalls calls = new StripeCalls(settings(), registry, Traces.off(), clock);

    @Test
    void itIsOpenUntilTriesHaveSucceededAndNotOnlyBetweenThem() {
        assertThat(open()).isZero();
        fail();
        fail();
        assertThat(open()).isOne();

        clock.advance(OPEN);
        assertThatThrownBy(() -> calls.make(Operation.SESSION_READ, this::open))
                .as("until its time is over")
                .isInstanceOfSatisfying(StripeFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(StripeFailure.Kind.NOT_ASKED));
        assertThat(open()).isOne();

        clock.advance(Duration.ofMillis(1));
        assertThat(calls.make(Operation.SESSION_READ, this::open))
                .as("during the first try")
                .isOne();
        assertThat(calls.make(Operation.SESSION_READ, this::open))
                .as("during the second")
                .isOne();

        assertThat(open()).as("both have succeeded").isZero();
    }

    @Test
    void anAnswerThatCannotBeReadIsNoFailureOfStripes() {
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(() -> calls.make(Operation.SESSION_READ, () -> {
                        throw StripeFailures.garbled("of a test");
                    }))
                    .isInstanceOf(StripeFailure.class);
        }

        assertThat(open()).isZero();
    }

    @Test
    void anErrorKeepsNoneOfTheFewTriesOfAHalfOpenCircuit() {
        fail();
        fail();
        clock.advance(OPEN.plusMillis(1));

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> calls.make(Operation.SESSION_READ, () -> {
                        throw new StackOverflowError();
                    }))
                    .isInstanceOf(StackOverflowError.class);
        }
        calls.make(Operation.SESSION_READ, this::open);
        calls.make(Operation.SESSION_READ, this::open);

        assertThat(open()).isZero();
    }

    @Test
    void anIdThatIsNoneOfStripesIsNoTryAndTellsNothingOfStripe() {
        SimpleMeterRegistry measured = new SimpleMeterRegistry();
        try (StripeGateway stripe = new StripeJavaGateway(settings(), measured, Traces.off(), clock)) {
            List.<Consumer<String>>of(
                            stripe::session,
                            stripe::subscribingSession,
                            stripe::subscription,
                            stripe::cancelSubscription,
                            stripe::invoice)
                    .forEach(call -> assertThatThrownBy(() -> call.accept("../etc"))
                            .isInstanceOfSatisfying(StripeFailure.class, failure -> assertThat(failure.kind())
                                    .isEqualTo(StripeFailure.Kind.NOT_FOUND)));
        }

        assertThat(measured.get("aicredits.checkout.stripe.calls").timers())
                .extracting(Timer::count)
                .containsOnly(0L);
    }

    private void fail() {
        assertThatThrownBy(() -> calls.make(Operation.SESSION_READ, () -> {
                    throw new ApiConnectionException("no answer");
                }))
                .isInstanceOf(StripeFailure.class);
    }

    private double open() {
        return registry.get("aicredits.checkout.stripe.circuit.open").gauge().value();
    }

    private static StripeSettings settings() {
        return new Binder(new MapConfigurationPropertySource(Map.of(
                        "stripe.api-key",
                        "sk_test_of_this_test",
                        "stripe.attempts-max",
                        "1",
                        "stripe.circuit-calls",
                        "2",
                        "stripe.circuit-open",
                        OPEN.toString())))
                .bindOrCreate("stripe", Bindable.of(StripeSettings.class));
    }
}
