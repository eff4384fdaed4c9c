package dev.aicredits.stripe;

import io.micrometer.core.instrument.MeterRegistry;

/** Opens the way to Stripe. */
public final class StripeGateways {

    private StripeGateways() {}

    /** A gateway with {@code settings}; its calls are counted in {@code registry}. */
    public static StripeGateway open(StripeSettings settings, MeterRegistry registry) {
        return new StripeJavaGateway(settings, registry);
    }
}
