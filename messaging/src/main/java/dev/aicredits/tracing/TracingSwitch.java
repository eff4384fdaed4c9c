package dev.aicredits.tracing;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/**
 * Lets Spring Boot set up tracing only where {@code management.opentelemetry.enabled} is {@code true}, which is its own
 * setting. Boot has it {@code true} by default, and where it is {@code false} it makes spans that go nowhere: each request
 * would pay for them.
 */
final class TracingSwitch implements AutoConfigurationImportFilter, EnvironmentAware {

    /** What switches tracing on. */
    static final String ENABLED = "management.opentelemetry.enabled";

    private static final String SPANS = "org.springframework.boot.micrometer.tracing.";
    private static final String SDK = "org.springframework.boot.opentelemetry.";

    private @Nullable Environment environment;

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public boolean[] match(@Nullable String[] classes, AutoConfigurationMetadata metadata) {
        boolean isOn = environment != null && environment.getProperty(ENABLED, Boolean.class, false);
        boolean[] matches = new boolean[classes.length];
        for (int i = 0; i < classes.length; i++) {
            String name = classes[i];
            matches[i] = isOn || name == null || !(name.startsWith(SPANS) || name.startsWith(SDK));
        }
        return matches;
    }
}
