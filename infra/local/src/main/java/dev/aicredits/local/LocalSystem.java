package dev.aicredits.local;

import dev.aicredits.embedded.KafkaBroker;
import dev.aicredits.embedded.KafkaSettings;
import dev.aicredits.embedded.Ports;
import dev.aicredits.embedded.PostgresServer;
import dev.aicredits.embedded.PostgresSettings;
import dev.aicredits.embedded.StartupFailure;
import dev.aicredits.embedded.TopicFile;
import dev.aicredits.embedded.Topics;
import dev.aicredits.localstripe.LocalStripe;
import dev.aicredits.localstripe.LocalStripeSettings;
import dev.aicredits.localstripe.WebhookEndpoint;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;

/** Starts the parts in the order in which they need each other, database and broker side by side. */
final class LocalSystem {
    /**
     * Consumers die with the broker here, so a killed run's are given up soon: until then, nobody else gets their partitions.
     */
    private static final Map<String, String> QUICK_GROUPS =
            Map.of("group.min.session.timeout.ms", Integer.toString(Services.SESSION_TIMEOUT_MS));

    static final String WEBHOOK_PATH = "/api/v1/webhooks/stripe";

    private final UpOptions options;
    private final DataHome home;
    private final Running running;
    private final Terminal terminal;
    private final Map<String, String> environment;
    private final Clock clock;

    LocalSystem(
            UpOptions options,
            DataHome home,
            Running running,
            Terminal terminal,
            Map<String, String> environment,
            Clock clock) {
        this.options = options;
        this.home = home;
        this.running = running;
        this.terminal = terminal;
        this.environment = environment;
        this.clock = clock;
    }

    /** Returns when all is up and the person was told so, and the scenario that was asked for has been played. */
    void start() throws InterruptedException {
        terminal.line("AI Credits in " + home.path() + ", log in " + home.logFile());
        requireFreePorts();
        Optional<StripeAccess> account = StripeAccess.ofEnvironment(environment);
        ExhaustScenario scenario = scenario(account);
        DemoKeys keys = DemoKeys.of(home);
        CompletableFuture<LocalDatabase> databaseStart = CompletableFuture.supplyAsync(() -> startDatabase(keys));
        CompletableFuture<KafkaBroker> brokerStart = CompletableFuture.supplyAsync(this::startBroker);
        LocalDatabase database = join(databaseStart);
        KafkaBroker broker = join(brokerStart);
        // Known before the services start: Stripe sends events to it, and customers come back to it.
        int port = options.port() == 0 ? Ports.free() : options.port();
        StripeAccess stripe = account.orElseGet(() -> startStripe(database, keys, port));
        Services services = running.start(
                Running.Part.SERVICES,
                () -> Services.start(broker.bootstrapServers(), database, port, keys.pepper(), stripe, options.otlp()));
        DemoEnv demoEnv = new DemoEnv(
                broker.bootstrapServers(),
                database.readerUrl(),
                "http://" + Ports.LOOPBACK + ":" + port,
                keys,
                stripe.apiBase());
        terminal.step("services on " + demoEnv.url() + (stripe.apiBase() == null ? ", with Stripe's test mode" : ""));
        startPlatform(broker, database, scenario);
        home.writePrivate(DataHome.DEMO_ENV, demoEnv.content());
        NextSteps.print(terminal, Installation.infra(), home, demoEnv, clock);
        Logs.showOn(terminal);
        terminal.line("Ready after " + terminal.seconds() + " s. Ctrl-C stops it.");
        if (terminal.isInteractive()) {
            running.start(
                    Running.Part.STATUS,
                    () -> StatusLine.start(terminal, services, database, broker.bootstrapServers()));
        }
        if (scenario != null) {
            scenario.play(database, demoEnv);
        }
    }

    private @Nullable ExhaustScenario scenario(Optional<StripeAccess> account) {
        if (options.scenario() == null) {
            return null;
        }
        if (account.isPresent()) {
            throw new StartupFailure(UpOptions.SCENARIO + " pays through the local Stripe: unset STRIPE_API_KEY");
        }
        return new ExhaustScenario(terminal);
    }

    /** Before anything is started. The database's port may be held by what a killed run left, which it stops itself. */
    private void requireFreePorts() {
        if (options.port() != 0) {
            Ports.requireFree(options.port(), UpOptions.PORT);
        }
        if (options.kafkaPort() != 0) {
            Ports.requireFree(options.kafkaPort(), UpOptions.KAFKA_PORT);
        }
        if (options.stripePort() != 0) {
            Ports.requireFree(options.stripePort(), UpOptions.STRIPE_PORT);
        }
    }

    private LocalDatabase startDatabase(DemoKeys keys) {
        PostgresSettings settings = PostgresSettings.in(home.postgres())
                .withPort(options.postgresPort())
                .withPortOption(UpOptions.POSTGRES_PORT);
        PostgresServer server = running.start(Running.Part.DATABASE, () -> PostgresServer.start(settings));
        terminal.step("PostgreSQL on " + Ports.LOOPBACK + ":" + server.port());
        LocalDatabase database = LocalDatabase.create(server, Credentials.of(home));
        terminal.step("ledger migrated, rate cards published");
        DemoData.create(database, keys, clock);
        terminal.step("demo organizations: " + DemoOrganization.summary());
        return database;
    }

    private KafkaBroker startBroker() {
        KafkaSettings settings = new KafkaSettings(
                home.kafka(), options.kafkaPort(), 0, QUICK_GROUPS, UpOptions.KAFKA_PORT, KafkaSettings.FREE_BYTES_MIN);
        KafkaBroker broker = running.start(Running.Part.BROKER, () -> KafkaBroker.start(settings));
        terminal.step("Kafka on " + broker.bootstrapServers());
        Map<String, Object> admin = Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        try (Admin client = Admin.create(admin)) {
            int changes = Topics.apply(client, TopicFile.packaged(), 1).size();
            terminal.step(changes == 0 ? "topics as declared" : "topics created or changed: " + changes);
        }
        return broker;
    }

    private StripeAccess startStripe(LocalDatabase database, DemoKeys keys, int servicesPort) {
        URI webhook = URI.create("http://" + Ports.LOOPBACK + ":" + servicesPort + WEBHOOK_PATH);
        LocalStripeSettings settings = LocalStripeSettings.of(keys.stripe(), database.localStripe(), clock)
                .withPort(options.stripePort())
                .withEndpoints(WebhookEndpoint.of(webhook, keys.webhookSecret()));
        LocalStripe stripe = running.start(Running.Part.STRIPE, () -> LocalStripe.start(settings));
        terminal.step("local Stripe on " + stripe.baseUrl());
        return StripeAccess.local(keys, stripe.baseUrl());
    }

    private void startPlatform(KafkaBroker broker, LocalDatabase database, @Nullable ExhaustScenario scenario) {
        if (options.traffic() == 0 && scenario == null) {
            return;
        }
        Stops stops = new Stops();
        if (scenario != null) {
            DemoData.reset(database, clock, ExhaustScenario.TENANT);
        }
        running.start(
                Running.Part.PLATFORM,
                () -> ControlLink.start(
                        broker.bootstrapServers(), stops, scenario == null ? signal -> {} : scenario, clock));
        if (options.traffic() > 0) {
            startTraffic(Running.Part.TRAFFIC, broker, options.traffic(), DemoOrganization.ALL, stops);
            terminal.step("simulated agent platform sends " + options.traffic() + " events/s");
        }
        if (scenario != null) {
            startTraffic(
                    Running.Part.SCENARIO_TRAFFIC,
                    broker,
                    ExhaustScenario.EVENTS_PER_SECOND,
                    List.of(ExhaustScenario.TENANT),
                    stops);
        }
    }

    private void startTraffic(
            Running.Part part, KafkaBroker broker, int perSecond, List<DemoOrganization> tenants, Stops stops) {
        ShippedRates rates = ShippedRates.inForce(clock.instant());
        UsageSampler sampler = new UsageSampler(tenants, rates, stops, clock);
        running.start(part, () -> Traffic.start(broker.bootstrapServers(), perSecond, sampler));
    }

    private static <T> T join(CompletableFuture<T> start) {
        try {
            return start.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
