package dev.aicredits.tracing;

import io.micrometer.tracing.exporter.SpanExportingPredicate;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.SpanExporters;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A service's {@link Traces}, and what of Spring Boot's own is sent; imported by each service. */
@Configuration(proxyBeanMethods = false)
public class TracingConfiguration {

    private static final String ACTUATOR = " /actuator";

    @Bean
    Traces traces(ObjectProvider<OpenTelemetry> telemetry) {
        OpenTelemetry present = telemetry.getIfAvailable();
        return present == null ? Traces.off() : new Traces(present);
    }

    /** What there is only while tracing is on. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(TracingSwitch.ENABLED)
    static class On {

        @Bean
        SpanExporters spanExporters(ObjectProvider<SpanExporter> exporters) {
            return SpanExporters.of(exporters
                    .orderedStream()
                    .<SpanExporter>map(DiscreetExporter::new)
                    .toList());
        }

        /** Probes and Prometheus ask every few seconds, and nobody asks about them. */
        @Bean
        SpanExportingPredicate requestsOfOthers() {
            return span -> span.getName() == null || !span.getName().contains(ACTUATOR);
        }
    }
}
