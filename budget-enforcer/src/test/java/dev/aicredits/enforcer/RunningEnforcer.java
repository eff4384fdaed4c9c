package dev.aicredits.enforcer;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** The enforcer's application, whole, in this JVM, with a clock of the test's. */
final class RunningEnforcer implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private RunningEnforcer(ConfigurableApplicationContext context) {
        this.context = context;
    }

    static RunningEnforcer start(Map<String, String> settings, Clock clock) {
        List<String> arguments = new ArrayList<>(List.of("--spring.main.banner-mode=off"));
        settings.forEach((name, value) -> arguments.add("--" + name + "=" + value));
        return new RunningEnforcer(new SpringApplicationBuilder(BudgetEnforcerApplication.class)
                .properties("spring.config.name=application,budget-enforcer")
                .initializers(
                        (GenericApplicationContext context) -> context.registerBean("clock", Clock.class, () -> clock))
                .run(arguments.toArray(String[]::new)));
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** The sum of the counters of that name and those tags. */
    long count(String name, String... tags) {
        return (long) bean(MeterRegistry.class).find(name).tags(tags).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    /** How many times the timer of that name has stopped. */
    long timed(String name) {
        return bean(MeterRegistry.class).get(name).timer().count();
    }

    /** As the process does at SIGTERM. */
    @Override
    public void close() {
        context.close();
    }
}
