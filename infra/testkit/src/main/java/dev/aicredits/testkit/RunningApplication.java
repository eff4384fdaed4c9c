package dev.aicredits.testkit;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** A service's Spring Boot application, whole, in this JVM. */
public final class RunningApplication implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private RunningApplication(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts it; when this returns it serves.
     *
     * @param name of its settings file, {@code <name>.yaml}
     * @param settings by property name
     * @param overrides {@code name=value}, before {@code settings}
     */
    public static RunningApplication start(
            Class<?> application, String name, Map<String, String> settings, String... overrides) {
        return run(new SpringApplicationBuilder(application), name, settings, overrides);
    }

    /** As the other, with that clock in place of the system's. */
    public static RunningApplication startAt(
            Clock clock, Class<?> application, String name, Map<String, String> settings) {
        SpringApplicationBuilder builder = new SpringApplicationBuilder(application)
                .initializers(
                        (GenericApplicationContext context) -> context.registerBean("clock", Clock.class, () -> clock));
        return run(builder, name, settings);
    }

    private static RunningApplication run(
            SpringApplicationBuilder application, String name, Map<String, String> settings, String... overrides) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--spring.main.banner-mode=off");
        settings.forEach((setting, value) -> arguments.add("--" + setting + "=" + value));
        // Of an option that is given twice Spring joins the values; the later one is to win here.
        for (String override : overrides) {
            String setting = override.substring(0, override.indexOf('='));
            arguments.removeIf(argument -> argument.startsWith("--" + setting + "="));
            arguments.add("--" + override);
        }
        // To stop waits for the fetch that is under way; the broker keeps an empty one half a second unless told
        // otherwise.
        return new RunningApplication(application
                .properties("spring.config.name=application," + name, "spring.kafka.consumer.fetch-max-wait=50ms")
                .run(arguments.toArray(String[]::new)));
    }

    /** The one bean of that type. */
    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** The web server's port. */
    public int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    /** As the process does at SIGTERM. */
    @Override
    public void close() {
        context.close();
    }
}
