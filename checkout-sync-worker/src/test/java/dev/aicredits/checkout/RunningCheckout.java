package dev.aicredits.checkout;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** The checkout worker's application, whole, in this JVM. */
final class RunningCheckout implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private RunningCheckout(ConfigurableApplicationContext context) {
        this.context = context;
    }

    static RunningCheckout start(Map<String, String> settings, String... overrides) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--spring.main.banner-mode=off");
        settings.forEach((name, value) -> arguments.add("--" + name + "=" + value));
        // Of an option that is given twice Spring joins the values; the later one is to win here.
        for (String override : overrides) {
            String name = override.substring(0, override.indexOf('='));
            arguments.removeIf(argument -> argument.startsWith("--" + name + "="));
            arguments.add("--" + override);
        }
        return new RunningCheckout(new SpringApplicationBuilder(CheckoutSyncApplication.class)
                .properties("spring.config.name=application,checkout-sync-worker")
                .run(arguments.toArray(String[]::new)));
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    int port() {
        return ((WebServerApplicationContext) context).getWebServer().getPort();
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
        context.close();
    }
}
