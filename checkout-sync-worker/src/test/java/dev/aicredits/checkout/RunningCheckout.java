package dev.aicredits.checkout;

import dev.aicredits.testkit.RunningApplication;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.stream.StreamSupport;

/** The checkout worker's application, whole, in this JVM. */
final class RunningCheckout implements AutoCloseable {

    private final RunningApplication application;

    private RunningCheckout(RunningApplication application) {
        this.application = application;
    }

    static RunningCheckout start(Map<String, String> settings, String... overrides) {
        return new RunningCheckout(
                RunningApplication.start(CheckoutSyncApplication.class, "checkout-sync-worker", settings, overrides));
    }

    <T> T bean(Class<T> type) {
        return application.bean(type);
    }

    int port() {
        return application.port();
    }

    CheckoutClient client() {
        return new CheckoutClient("http://127.0.0.1:" + port(), CheckoutSystem.KEY.text());
    }

    /** The sum over the counters of that name and those tags; of timers, how often they were stopped. */
    long count(String name, String... tags) {
        return (long) bean(MeterRegistry.class).find(name).tags(tags).meters().stream()
                .flatMap(meter -> StreamSupport.stream(meter.measure().spliterator(), false))
                .filter(measurement -> measurement.getStatistic().name().equals("COUNT"))
                .mapToDouble(measurement -> measurement.getValue())
                .sum();
    }

    /** Everything that is measured, as text. */
    String meters() {
        return bean(MeterRegistry.class).getMeters().stream()
                .map(Meter::getId)
                .toList()
                .toString();
    }

    /** As the process does at SIGTERM. */
    @Override
    public void close() {
        application.close();
    }
}
