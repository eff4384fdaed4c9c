package dev.aicredits.stripe;

import dev.aicredits.tracing.Traces;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;

/** Opens the way to Stripe. */
public final class StripeGateways {

    private StripeGateways() {}

    /**
     * A gateway with {@code settings}; its calls are counted in {@code registry}, and part of {@code traces}. The {@code clock} says how
     * long Stripe is left alone after it has failed too often.
     */
    public static StripeGateway open(StripeSettings settings, MeterRegistry registry, Traces traces, Clock clock) {
        return new StripeJavaGateway(settings, registry, traces, clock);
    }
}
