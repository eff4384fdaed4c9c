package dev.aicredits.intake;

import dev.aicredits.messaging.Publisher;
import dev.aicredits.tracing.Traces;
import dev.aicredits.wire.UsageEventDecoder;
import dev.aicredits.wire.UsageLimits;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Set;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Usage events over HTTP. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IntakeSettings.class)
@Import(UsageEventController.class)
public class IntakeConfiguration {

    @Bean
    UsageEvents usageEvents(
            IntakeSettings settings,
            Publisher billingApiPublisher,
            Traces traces,
            MeterRegistry registry,
            Clock clock) {
        UsageLimits limits = new UsageLimits(
                settings.eventAgeMax(),
                settings.eventFutureMax(),
                Math.toIntExact(settings.eventBytesMax().toBytes()),
                Set.of());
        return new UsageEvents(
                settings.topic(), new UsageEventDecoder(limits, clock), billingApiPublisher, traces, registry);
    }
}
