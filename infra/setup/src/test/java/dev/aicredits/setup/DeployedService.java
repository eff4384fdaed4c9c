package dev.aicredits.setup;

import dev.aicredits.access.AccessSettings;
import dev.aicredits.adjustment.AdjustmentSettings;
import dev.aicredits.api.ApiTopicSettings;
import dev.aicredits.checkout.CheckoutSettings;
import dev.aicredits.consumer.UsageConsumerSettings;
import dev.aicredits.credits.CreditsSettings;
import dev.aicredits.enforcer.EnforcerSettings;
import dev.aicredits.intake.IntakeSettings;
import dev.aicredits.operations.OperationsSettings;
import dev.aicredits.pages.PagesSettings;
import dev.aicredits.spending.SpendingSettings;
import dev.aicredits.stream.StreamSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

/** What has an image, with the settings that it binds. */
enum DeployedService {
    SETUP(SetupEnabled.class),
    USAGE_CONSUMER(UsageConsumerEnabled.class),
    CHECKOUT_SYNC_WORKER(CheckoutEnabled.class),
    BUDGET_ENFORCER(EnforcerEnabled.class),
    BILLING_API(ApiEnabled.class);

    private final Class<?> enabled;

    DeployedService(Class<?> enabled) {
        this.enabled = enabled;
    }

    @EnableConfigurationProperties({SetupSettings.class, KafkaProperties.class})
    static class SetupEnabled {}

    @EnableConfigurationProperties({UsageConsumerSettings.class, KafkaProperties.class})
    static class UsageConsumerEnabled {}

    @EnableConfigurationProperties({CheckoutSettings.class, AccessSettings.class, KafkaProperties.class})
    static class CheckoutEnabled {}

    @EnableConfigurationProperties({EnforcerSettings.class, KafkaProperties.class})
    static class EnforcerEnabled {}

    @EnableConfigurationProperties({
        AccessSettings.class,
        CreditsSettings.class,
        AdjustmentSettings.class,
        SpendingSettings.class,
        StreamSettings.class,
        IntakeSettings.class,
        ApiTopicSettings.class,
        PagesSettings.class,
        OperationsSettings.class,
        KafkaProperties.class
    })
    static class ApiEnabled {}

    /** As its image, its manifest and its settings file are called. */
    String serviceName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static DeployedService named(String serviceName) {
        return valueOf(serviceName.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** A configuration that binds them all. */
    Class<?> enabled() {
        return enabled;
    }

    /** What settings of ours begin with, each with its dot. */
    List<String> prefixes() {
        return Arrays.stream(enabled.getAnnotation(EnableConfigurationProperties.class)
                        .value())
                .map(settings -> settings.getAnnotation(ConfigurationProperties.class))
                .map(settings -> settings.prefix().isEmpty() ? settings.value() : settings.prefix())
                .filter(prefix -> prefix.startsWith("aicredits."))
                .map(prefix -> prefix + ".")
                .toList();
    }

    boolean serves() {
        return this != SETUP;
    }
}
