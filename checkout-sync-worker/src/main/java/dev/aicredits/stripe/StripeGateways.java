package dev.aicredits.stripe;

import dev.aicredits.tracing.Traces;
import io.micrometer.core.instrument.MeterRegistry;

/** Opens the way to Stripe. */
public final class StripeGateways {

    private StripeGateways() {}

    /** A gateway with {@code settings}; its calls are counted in {@code registry}, and part of {@code traces}. */
    public static StripeGateway open(StripeSettings settings, MeterRegistry registry, Traces traces) {
        return new StripeJavaGateway(settings, registry, traces);
    }
}
