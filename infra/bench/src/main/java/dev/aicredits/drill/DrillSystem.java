package dev.aicredits.drill;

import dev.aicredits.bench.AgentBudgets;
import dev.aicredits.bench.ObedientPlatform;
import dev.aicredits.bench.Workload;
import dev.aicredits.control.ControlAck;
import dev.aicredits.control.ControlSignal;
import dev.aicredits.drill.Fleet.Wanted;
import dev.aicredits.embedded.JvmProcess;
import dev.aicredits.embedded.KafkaBrokerMain;
import dev.aicredits.embedded.Ports;
import dev.aicredits.embedded.PostgresServer;
import dev.aicredits.embedded.PostgresSettings;
import dev.aicredits.localstripe.LocalStripe;
import dev.aicredits.localstripe.LocalStripeSettings;
import dev.aicredits.localstripe.WebhookEndpoint;
import dev.aicredits.money.Usd;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * All that a drill is on: a broker, the ledger's database, a Stripe with a database of its own, and the services. Broker and
 * database can be ended and started again at the same address.
 */
final class DrillSystem implements AutoCloseable {

    static final String ORGANIZATION = Workload.organizationId(0);

    static final String ORGANIZATION_PATH = "/api/v1/organizations/" + ORGANIZATION;

    private static final String DATABASE = "aicredits";

    /** More than anybody uses up: it is budgets that stop. */
    private static final Usd CREDITS = Usd.of("100000");

    private final Clock clock;
    private final Plan plan;
    private final Secrets secrets = Secrets.random();
    private final int postgresPort = Ports.free();
    private final int brokerPort = Ports.free();
    private final Path logs;
    private final PostgresServer stripeDatabase;
    private PostgresServer postgres;
    private JvmProcess broker;
    private final Ledgers ledger;
    private final LocalStripe stripe;
    private final Fleet fleet;

    /**
     * What it is like.
     *
     * @param postgres the database's folder
     * @param serverSettings of the database, before ours
     * @param kafka the broker's folder
     * @param brokerProperties before ours
     * @param limitNanosMax the highest of the agents' budgets
     */
    record Plan(
            Path postgres,
            Map<String, String> serverSettings,
            Path kafka,
            List<String> brokerProperties,
            Workload workload,
            long limitNanosMax) {}

    private DrillSystem(Clock clock, Scratch scratch, Plan plan) {
        this.clock = clock;
        this.plan = plan;
        this.logs = scratch.folder("logs");
        CompletableFuture<JvmProcess> brokerStart = CompletableFuture.supplyAsync(this::launchBroker);
        stripeDatabase = PostgresServer.start(PostgresSettings.in(scratch.folder("stripe")));
        postgres = launchPostgres(plan.postgres(), Map.of());
        broker = brokerStart.join();
        JdbcClient.create(postgres.superuserDataSource("postgres"))
                .sql("CREATE DATABASE " + DATABASE)
                .update();
        Outside outside = new Outside(
                bootstrapServers(), postgres.jdbcUrl(DATABASE), postgres.superuser(), postgres.superuserPassword());
        ledger = new Ledgers(clock, outside.jdbcUrl(), secrets.rolePassword());
        stripe = LocalStripe.start(
                LocalStripeSettings.of(secrets.stripeKey(), stripeDatabase.superuserDataSource("postgres"), clock));
        fleet = new Fleet(outside, secrets, List.of(RollingDrill.QUICK_SESSIONS), logs);
    }

    /** Starts all but the services; what they need is set up, and the workload's organizations have credits and budgets. */
    static DrillSystem start(Clock clock, Scratch scratch, Plan plan, Steps steps) {
        DrillSystem system = new DrillSystem(clock, scratch, plan);
        steps.step("broker, database and Stripe run");
        system.fleet.setUp();
        system.ledger.open(plan.workload(), CREDITS);
        system.secrets.handOut(system.ledger.owner(), ORGANIZATION);
        AgentBudgets.set(system.ledger.owner(), plan.workload(), plan.limitNanosMax());
        JdbcClient.create(system.ledger.owner()).sql("ANALYZE").update();
        steps.step("setup has ended; organizations have credits, their agents budgets");
        return system;
    }

    /** Starts so many of the services, all of them told where Stripe is, and Stripe where its webhooks go. */
    void startServices(Steps steps, int usageConsumers, int enforcers, int checkouts, int apis) {
        List<Wanted> wanted = new ArrayList<>();
        wanted.add(Wanted.of(Service.USAGE_CONSUMER, usageConsumers));
        wanted.add(Wanted.of(Service.BUDGET_ENFORCER, enforcers));
        wanted.add(Wanted.of(
                Service.CHECKOUT_SYNC_WORKER,
                checkouts,
                "--aicredits.checkout-sync.stripe.api-base=" + stripe.baseUrl()));
        wanted.add(Wanted.of(
                Service.BILLING_API,
                apis,
                "--aicredits.api.operations.topic-watch-interval=1s",
                "--aicredits.access.requests-per-second=100000"));
        fleet.start(wanted);
        if (checkouts > 0) {
            stripe.webhooks()
                    .use(WebhookEndpoint.of(
                            URI.create(fleet.one(Service.CHECKOUT_SYNC_WORKER).url() + "/api/v1/webhooks/stripe"),
                            secrets.webhookSecret()));
        }
        steps.step("serving: " + fleet.all().stream().map(ServiceProcess::name).toList());
    }

    /** A platform that knows the workload's agents and obeys. */
    ObedientPlatform obedientPlatform() {
        return ObedientPlatform.start(
                clock, bootstrapServers(), ControlSignal.TOPIC, ControlAck.TOPIC, plan.workload());
    }

    /** Customers who pause so long after each purchase. */
    Customers customers(Duration pause) {
        return Customers.start(
                fleet.one(Service.CHECKOUT_SYNC_WORKER).url() + ORGANIZATION_PATH + "/ai-credits/checkout-session",
                secrets.owner().text(),
                stripe.payments(),
                pause);
    }

    private JvmProcess launchBroker() {
        List<String> arguments = new ArrayList<>(List.of(plan.kafka().toString(), Integer.toString(brokerPort)));
        arguments.addAll(plan.brokerProperties());
        return JvmProcess.start(
                KafkaBrokerMain.class,
                List.of("-Xmx512m"),
                arguments,
                line -> line.startsWith(KafkaBrokerMain.READY),
                brokerLog());
    }

    Path brokerLog() {
        return logs.resolve("broker.log");
    }

    private PostgresServer launchPostgres(Path folder, Map<String, String> more) {
        PostgresSettings settings = PostgresSettings.in(folder).withPort(postgresPort);
        for (Map.Entry<String, String> setting : plan.serverSettings().entrySet()) {
            settings = settings.withServerSetting(setting.getKey(), setting.getValue());
        }
        for (Map.Entry<String, String> setting : more.entrySet()) {
            settings = settings.withServerSetting(setting.getKey(), setting.getValue());
        }
        return PostgresServer.start(settings);
    }

    PostgresServer postgres() {
        return postgres;
    }

    /** Starts the database at its address from what is in {@code folder}; the one before has ended. */
    void startPostgres(Path folder, Map<String, String> more) {
        postgres.close();
        postgres = launchPostgres(folder, more);
    }

    JvmProcess broker() {
        return broker;
    }

    /** Starts the broker at its address; the one before has ended. */
    void startBroker() {
        broker = launchBroker();
    }

    String bootstrapServers() {
        return Ports.LOOPBACK + ":" + brokerPort;
    }

    Clock clock() {
        return clock;
    }

    Workload workload() {
        return plan.workload();
    }

    Secrets secrets() {
        return secrets;
    }

    Ledgers ledger() {
        return ledger;
    }

    LocalStripe stripe() {
        return stripe;
    }

    Fleet fleet() {
        return fleet;
    }

    @Override
    public void close() {
        fleet.close();
        stripe.close();
        broker.kill();
        postgres.close();
        stripeDatabase.close();
    }
}
