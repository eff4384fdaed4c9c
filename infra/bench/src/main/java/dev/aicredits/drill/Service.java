package dev.aicredits.drill;

import dev.aicredits.api.BillingApiApplication;
import dev.aicredits.checkout.CheckoutSyncApplication;
import dev.aicredits.consumer.UsageConsumerApplication;
import dev.aicredits.enforcer.BudgetEnforcerApplication;
import java.util.List;
import java.util.Locale;

/** A service as it ships. */
enum Service {
    USAGE_CONSUMER(
            UsageConsumerApplication.class,
            "-Xmx512m -Xmn320m -XX:+UseParallelGC -XX:FreqInlineSize=100 -XX:InlineSmallCode=1000"),
    BUDGET_ENFORCER(BudgetEnforcerApplication.class, "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"),
    CHECKOUT_SYNC_WORKER(CheckoutSyncApplication.class, "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"),
    BILLING_API(BillingApiApplication.class, "-Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");

    private final Class<?> application;
    private final String jvmOptions;

    Service(Class<?> application, String jvmOptions) {
        this.application = application;
        this.jvmOptions = jvmOptions;
    }

    Class<?> application() {
        return application;
    }

    /** Small heaps, and little compiled where a service waits more than it computes. */
    List<String> jvmOptions() {
        return List.of(jvmOptions.split(" ", -1));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
