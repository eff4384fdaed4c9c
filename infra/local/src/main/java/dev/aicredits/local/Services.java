package dev.aicredits.local;

import dev.aicredits.api.BillingApiConfiguration;
import dev.aicredits.checkout.CheckoutSyncConfiguration;
import dev.aicredits.consumer.UsageConsumerConfiguration;
import dev.aicredits.embedded.Ports;
import dev.aicredits.enforcer.BudgetEnforcerConfiguration;
import dev.aicredits.schema.LedgerDatabase;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** All services in one Spring context, with the settings that each of them ships and a web server of their own. */
final class Services implements AutoCloseable {
    /** The settings files of the services, {@code <name>.yaml}. */
    private static final String SETTINGS = "billing-api,checkout-sync-worker,usage-consumer,budget-enforcer";

    /** They have one pool here. */
    private static final int CONNECTIONS_MAX = 20;

    /** How long partitions wait for a consumer that was killed. */
    static final int SESSION_TIMEOUT_MS = 3_000;

    private static final String SHUTDOWN_MAX = "5s";

    /** Where a collector takes traces over HTTP. */
    private static final String TRACES_PATH = "/v1/traces";

    private final ConfigurableApplicationContext context;

    private Services(ConfigurableApplicationContext context) {
        this.context = context;
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({
        UsageConsumerConfiguration.class,
        CheckoutSyncConfiguration.class,
        BudgetEnforcerConfiguration.class,
        BillingApiConfiguration.class
    })
    static class Configuration {}

    /**
     * Starts them.
     *
     * @param port of the web server
     * @param pepper what API keys are hashed under
     * @param otlp the OpenTelemetry collector that traces go to; null for no traces
     */
    static Services start(
            String bootstrapServers,
            LocalDatabase database,
            int port,
            String pepper,
            StripeAccess stripe,
            @Nullable URI otlp) {
        Map<String, Object> ours = new HashMap<>();
        ours.put("spring.config.name", SETTINGS);
        ours.put("spring.application.name", "ai-credits");
        ours.put("spring.kafka.bootstrap-servers", bootstrapServers);
        ours.put("spring.datasource.url", database.jdbcUrl());
        ours.put("spring.datasource.username", LedgerDatabase.APP_ROLE);
        ours.put("spring.datasource.password", database.applicationPassword());
        ours.put("spring.datasource.hikari.maximum-pool-size", CONNECTIONS_MAX);
        ours.put(
                "management.endpoint.health.group.liveness.include",
                "livenessState, usageConsumer, usageConsumerThreads, checkoutSync, budgetEnforcer,"
                        + " budgetEnforcerAcks, budgetEnforcerThreads, billingApiThreads");
        ours.put(
                "management.endpoint.health.group.readiness.include",
                "readinessState, db, usageConsumer, usageConsumerGroup, usageProgress, checkoutSync, budgetEnforcer,"
                        + " budgetEnforcerGroup, budgetEnforcerProgress, enforcerSweep");
        ours.put("server.address", Ports.LOOPBACK);
        ours.put("server.port", port);
        ours.put("spring.lifecycle.timeout-per-shutdown-phase", SHUTDOWN_MAX);
        ours.put("spring.kafka.consumer.properties.session.timeout.ms", SESSION_TIMEOUT_MS);
        ours.put("aicredits.usage-consumer.shutdown-timeout", SHUTDOWN_MAX);
        ours.put("aicredits.checkout-sync.shutdown-timeout", SHUTDOWN_MAX);
        ours.put("aicredits.budget-enforcer.shutdown-timeout", SHUTDOWN_MAX);
        ours.put("aicredits.checkout-sync.public-url", "http://" + Ports.LOOPBACK + ":" + port);
        ours.put("aicredits.access.key-peppers", pepper);
        // The pages call checkout as two processes would, though here it is one.
        ours.put("aicredits.access.delegation-secrets", RandomText.password());
        ours.put("aicredits.pages.checkout-url", "http://" + Ports.LOOPBACK + ":" + port);
        ours.put("aicredits.pages.public-url", "http://" + Ports.LOOPBACK + ":" + port);
        ours.put("aicredits.pages.demo-sign-in", true);
        ours.put("aicredits.checkout-sync.stripe.api-key", stripe.apiKey());
        ours.put("aicredits.checkout-sync.webhook-secrets", stripe.webhookSecrets());
        if (stripe.apiBase() != null) {
            ours.put("aicredits.checkout-sync.stripe.api-base", stripe.apiBase());
        }
        if (otlp != null) {
            ours.put("management.opentelemetry.enabled", true);
            ours.put(
                    "management.opentelemetry.tracing.export.otlp.endpoint",
                    otlp.resolve(TRACES_PATH).toString());
            ours.put("management.opentelemetry.tracing.export.schedule-delay", "1s");
            ours.put("management.tracing.sampling.probability", 1);
        }
        // First, so that neither the services' files nor variables of the person's shell point it elsewhere.
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("infra-up", ours));
        SpringApplication application = new SpringApplication(Configuration.class);
        application.setEnvironment(environment);
        application.setBannerMode(Banner.Mode.OFF);
        // Broker and database must outlive it: class Running stops all in order.
        application.setRegisterShutdownHook(false);
        return new Services(application.run());
    }

    /** The web server's port. */
    int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    /** Usage events booked since the start. */
    long booked() {
        return events("booked");
    }

    /** Usage events dead-lettered since the start. */
    long deadLettered() {
        return events("dead_lettered");
    }

    /** What was debited since the start, in USD; for display, not exact. */
    double debitedUsd() {
        FunctionCounter debited = registry().find("aicredits.usage.debited").functionCounter();
        return debited == null ? 0 : debited.count();
    }

    private long events(String outcome) {
        return registry().find("aicredits.usage.events").tag("outcome", outcome).counters().stream()
                .mapToLong(counter -> (long) counter.count())
                .sum();
    }

    private MeterRegistry registry() {
        return context.getBean(MeterRegistry.class);
    }

    @Override
    public void close() {
        context.close();
    }
}
