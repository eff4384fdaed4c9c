package dev.aicredits.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.exception.ApiConnectionException;
import dev.aicredits.stripe.StripeCalls.Operation;
import dev.aicredits.tracing.Traces;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** What is told of the circuit to Stripe, from when it opens until it has closed. */
class StripeCircuitTest {

    private static final Duration OPEN = Duration.ofMillis(50);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final StripeCalls calls = new StripeCalls(settings(), registry, Traces.off());

    @Test
    void itIsOpenUntilTriesHaveSucceededAndNotOnlyBetweenThem() throws InterruptedException {
        assertThat(open()).isZero();
        fail();
        fail();
        assertThat(open()).isOne();

        Thread.sleep(OPEN.toMillis() * 2);
        assertThat(calls.make(Operation.SESSION_READ, this::open))
                .as("during the first try")
                .isOne();
        assertThat(calls.make(Operation.SESSION_READ, this::open))
                .as("during the second")
                .isOne();

        assertThat(open()).as("both have succeeded").isZero();
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
                        "stripe.attempts-max",
                        "1",
                        "stripe.circuit-calls",
                        "2",
                        "stripe.circuit-open",
                        OPEN.toMillis() + "ms")))
                .bindOrCreate("stripe", Bindable.of(StripeSettings.class));
    }
}
