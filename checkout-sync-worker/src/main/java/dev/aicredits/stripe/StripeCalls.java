package dev.aicredits.stripe;

import com.stripe.exception.StripeException;
import dev.aicredits.stripe.StripeFailure.Kind;
import dev.aicredits.tracing.Step;
import dev.aicredits.tracing.Traces;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes calls to Stripe: a bounded number at once, each tried a bounded number of times with random waits between, none
 * while Stripe has failed too often lately. Every try is counted by operation and outcome.
 */
final class StripeCalls {

    /** What is asked of Stripe; the operation in metrics. */
    enum Operation {
        SESSION_CREATE,
        SESSION_READ,
        SESSION_LIST,
        REFUND_LIST,
        DISPUTE_LIST,
        EVENT_LIST,
        INVOICE_READ,
        INVOICE_LIST,
        INVOICE_PAYMENT_LIST,
        SUBSCRIPTION_READ,
        SUBSCRIPTION_CANCEL;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One request and the reading of its answer. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws StripeException;
    }

    private static final Logger log = LoggerFactory.getLogger(StripeCalls.class);
    private static final int HALF_OPEN_CALLS = 2;
    private static final double OPEN = 1;
    private static final String OK = "ok";

    private final StripeSettings settings;
    private final MeterRegistry registry;
    private final Traces traces;
    private final Semaphore places;
    private final CircuitBreaker circuit;

    StripeCalls(StripeSettings settings, MeterRegistry registry, Traces traces, Clock clock) {
        this.settings = settings;
        this.registry = registry;
        this.traces = traces;
        this.places = new Semaphore(settings.callsMax());
        this.circuit = CircuitBreaker.of("stripe", circuitConfig(settings, clock));
        circuit.getEventPublisher().onStateTransition(event -> log.atWarn()
                .addKeyValue("circuit", event.getStateTransition().getToState().name())
                .log("the circuit to Stripe has changed"));
        Gauge.builder("aicredits.checkout.stripe.circuit.open", circuit, StripeCalls::openness)
                .description("1 while Stripe is left alone because it failed too often, but for a try or two, else 0")
                .register(registry);
        // From the start: what first appears as 1 has not risen for who computes a rate.
        for (Operation operation : Operation.values()) {
            calls(operation, OK);
            calls(operation, Kind.MISCONFIGURED.wireName());
        }
    }

    private static CircuitBreakerConfig circuitConfig(StripeSettings settings, Clock clock) {
        return CircuitBreakerConfig.custom()
                .clock(clock)
                .slidingWindow(
                        settings.circuitCalls(),
                        Math.max(2, settings.circuitCalls() / 2),
                        SlidingWindowType.COUNT_BASED)
                .failureRateThreshold(settings.circuitFailurePercent())
                .waitDurationInOpenState(settings.circuitOpen())
                .permittedNumberOfCallsInHalfOpenState(HALF_OPEN_CALLS)
                .recordException(failure -> failure instanceof StripeFailure stripe && stripe.isOfStripesHealth())
                .build();
    }

    private static double openness(CircuitBreaker circuit) {
        // Half open is not back: a look that fell on the one try would say that all is well, in the middle of it.
        return circuit.getState() == CircuitBreaker.State.CLOSED ? 0 : OPEN;
    }

    /** The answer to {@code call}, or {@link StripeFailure}. */
    <T> T make(Operation operation, Call<T> call) {
        long startedNanos = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            try {
                return tryOnce(operation, call);
            } catch (StripeFailure failure) {
                Duration wait = waitBefore(attempt + 1, failure);
                Duration elapsed = Duration.ofNanos(System.nanoTime() - startedNanos);
                if (!failure.isWorthAnotherAttempt()
                        || attempt >= settings.attemptsMax()
                        || elapsed.plus(wait).compareTo(settings.callTimeout()) > 0) {
                    throw failure;
                }
                pause(wait, failure);
            }
        }
    }

    private <T> T tryOnce(Operation operation, Call<T> call) {
        Timer.Sample sample = Timer.start(registry);
        String outcome = OK;
        try (Step step = traces.call("stripe " + operation.wireName())) {
            try {
                return tried(call);
            } catch (StripeFailure failure) {
                outcome = failure.kind().wireName();
                step.failed(outcome);
                throw failure;
            }
        } finally {
            sample.stop(calls(operation, outcome));
        }
    }

    private <T> T tried(Call<T> call) {
        try {
            CallBudget.take();
            takePlace();
            try {
                return circuit.executeSupplier(() -> StripeFailures.translated(call));
            } catch (Error e) {
                // It looks at exceptions only, and an error would keep one of a half-open circuit's few permits for
                // good.
                circuit.releasePermission();
                throw e;
            } finally {
                places.release();
            }
        } catch (CallNotPermittedException e) {
            throw new StripeFailure(Kind.NOT_ASKED, "Stripe failed too often lately", settings.circuitOpen(), null);
        }
    }

    private Timer calls(Operation operation, String outcome) {
        return Timer.builder("aicredits.checkout.stripe.calls")
                .description("Tries to call Stripe")
                .tag("operation", operation.wireName())
                .tag("outcome", outcome)
                .register(registry);
    }

    private void takePlace() {
        try {
            if (!places.tryAcquire(settings.callsWait().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new StripeFailure(Kind.NOT_ASKED, "too many calls to Stripe are under way", null, null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StripeFailure(Kind.NOT_ASKED, "interrupted before Stripe was called", null, e);
        }
    }

    /** Doubles with each attempt, less a random part up to half, so that those who failed together do not return together. */
    private Duration waitBefore(int attempt, StripeFailure failure) {
        long cap = settings.backOffMax().toMillis();
        long doubled = settings.backOffInitial().toMillis() << Math.min(attempt - 2, 16);
        long ms = Math.min(cap, doubled);
        Duration asked = failure.retryAfter();
        if (asked != null) {
            ms = Math.min(cap, Math.max(ms, asked.toMillis()));
        }
        return Duration.ofMillis(ms - ThreadLocalRandom.current().nextLong(ms / 2 + 1));
    }

    private static void pause(Duration wait, StripeFailure failure) {
        try {
            Thread.sleep(wait.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }
}
