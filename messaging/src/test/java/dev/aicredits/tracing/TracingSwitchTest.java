package dev.aicredits.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.tracing.Tracer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** What Spring Boot sets up of tracing, with our switch on the class path as services have it. */
class TracingSwitchTest {

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withUserConfiguration(Service.class)
            .withPropertyValues(
                    "spring.autoconfigure.exclude=org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration");

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(TracingConfiguration.class)
    static class Service {}

    @Test
    void nothingIsThereUnlessItIsSwitchedOn() {
        application
                .withPropertyValues(
                        "management.opentelemetry.tracing.export.otlp.endpoint=http://127.0.0.1:1/v1/traces")
                .run(context -> {
                    assertThat(context).hasNotFailed().doesNotHaveBean(Tracer.class);
                    assertThat(context).doesNotHaveBean(OpenTelemetry.class).doesNotHaveBean(SpanExporter.class);
                    assertThat(context.getBean(Traces.class)).isSameAs(Traces.off());
                });
    }

    @Test
    void switchedOnSpansGoToTheCollectorAndNowhereElse() {
        application
                .withPropertyValues(
                        "management.opentelemetry.enabled=true",
                        "management.opentelemetry.tracing.export.otlp.endpoint=http://127.0.0.1:1/v1/traces")
                .run(context -> {
                    assertThat(context).hasNotFailed().hasSingleBean(SpanExporter.class);
                    assertThat(context.getBean(Traces.class)).isNotSameAs(Traces.off());
                });
    }
}
