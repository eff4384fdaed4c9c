package dev.aicredits.consumer;

import dev.aicredits.messaging.ContainerHealth;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** The usage consumer's application, whole, in this JVM. */
final class RunningConsumer implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private RunningConsumer(ConfigurableApplicationContext context) {
        this.context = context;
    }

    static RunningConsumer start(Map<String, String> settings, String... overrides) {
        return start(UsageConsumerApplication.class, settings, overrides);
    }

    /** Starts {@code application}, which is the consumer's or imports it. */
    static RunningConsumer start(Class<?> application, Map<String, String> settings, String... overrides) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--spring.main.banner-mode=off");
        settings.forEach((name, value) -> arguments.add("--" + name + "=" + value));
        // Of an option that is given twice Spring joins the values; the later one is to win here.
        for (String override : overrides) {
            String name = override.substring(0, override.indexOf('='));
            arguments.removeIf(argument -> argument.startsWith("--" + name + "="));
            arguments.add("--" + override);
        }
        return new RunningConsumer(new SpringApplicationBuilder(application)
                .properties("spring.config.name=application,usage-consumer")
                .run(arguments.toArray(String[]::new)));
    }

    ConcurrentMessageListenerContainer<?, ?> container() {
        return context.getBean(ConcurrentMessageListenerContainer.class);
    }

    /** What the consumer's own health indicator says. */
    Status health() {
        return context.getBean(ContainerHealth.class).health().getStatus();
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    int httpPort() {
        return ((WebServerApplicationContext) context).getWebServer().getPort();
    }

    /** The sum of the counters of that name and those tags. */
    long count(String name, String... tags) {
        return (long) context.getBean(MeterRegistry.class).find(name).tags(tags).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    /** How many times the timer of that name has stopped. */
    long timed(String name) {
        return context.getBean(MeterRegistry.class).get(name).timer().count();
    }

    /** As the process does at SIGTERM. */
    @Override
    public void close() {
        context.close();
    }
}
