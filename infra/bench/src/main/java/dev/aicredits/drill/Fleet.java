package dev.aicredits.drill;

import dev.aicredits.embedded.JvmProcess;
import dev.aicredits.embedded.Ports;
import dev.aicredits.schema.LedgerDatabase;
import dev.aicredits.setup.SetupApplication;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** All instances of all services, each a process that knows broker and database by its settings alone. */
final class Fleet implements AutoCloseable {

    /** The class path here is that of all services together, and this is what the API alone has of it. */
    private static final String NOT_THEIRS =
            "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration,"
                    + "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration,"
                    + "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration,"
                    + "org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration,"
                    + "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration";

    private final Outside outside;
    private final Secrets secrets;
    private final List<String> ofWorkers;
    private final Path logs;
    private final List<ServiceProcess> instances = new ArrayList<>();

    /**
     * @param ofWorkers settings that all of the workers have beside their surroundings
     * @param logs an existing folder for a log of each instance
     */
    Fleet(Outside outside, Secrets secrets, List<String> ofWorkers, Path logs) {
        this.outside = outside;
        this.secrets = secrets;
        this.ofWorkers = ofWorkers;
        this.logs = logs;
    }

    /** Roles, schema, rate cards and topics, by the setup as it ships, in a process of its own that has ended by then. */
    void setUp() {
        JvmProcess setup = JvmProcess.start(
                SetupApplication.class,
                JvmProcess.SHORT_LIVED,
                List.of(
                        "--aicredits.setup.database-url=" + outside.jdbcUrl(),
                        "--aicredits.setup.superuser=" + outside.superuser(),
                        "--aicredits.setup.superuser-password=" + outside.superuserPassword(),
                        "--aicredits.setup.owner-password=" + secrets.rolePassword(),
                        "--aicredits.setup.app-password=" + secrets.rolePassword(),
                        "--aicredits.setup.reader-password=" + secrets.rolePassword(),
                        "--aicredits.setup.replication-factor=1",
                        "--spring.kafka.bootstrap-servers=" + outside.bootstrapServers(),
                        "--spring.main.banner-mode=off"),
                line -> line.contains("topics created or changed"),
                logs.resolve("setup.log"));
        setup.close();
    }

    /** How many instances of a service there are to be, and what is said to them beside their surroundings. */
    record Wanted(Service service, int instances, List<String> settings) {

        static Wanted of(Service service, int instances, String... settings) {
            return new Wanted(service, instances, List.of(settings));
        }
    }

    /** Starts them side by side; returns when all serve. */
    void start(List<Wanted> wanted) {
        start(wanted, List.of());
    }

    /** @param jvmOptions in place of the services' own, unless empty */
    void start(List<Wanted> wanted, List<String> jvmOptions) {
        List<CompletableFuture<ServiceProcess>> starts = new ArrayList<>();
        for (Wanted want : wanted) {
            for (int i = 1; i <= want.instances(); i++) {
                String name = want.service() + "-" + (running(want.service()).size() + i);
                // Here, so that no two are given the same.
                int port = Ports.free();
                starts.add(CompletableFuture.supplyAsync(() -> ServiceProcess.start(
                        want.service(),
                        name,
                        port,
                        jvmOptions.isEmpty() ? want.service().jvmOptions() : jvmOptions,
                        settings(want.service(), port, want.settings()),
                        logs)));
            }
        }
        RuntimeException failure = null;
        for (CompletableFuture<ServiceProcess> start : starts) {
            try {
                instances.add(start.join());
            } catch (RuntimeException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private List<String> settings(Service service, int port, List<String> more) {
        List<String> settings = new ArrayList<>(List.of(
                "--spring.datasource.url=" + outside.jdbcUrl(),
                "--spring.datasource.username=" + LedgerDatabase.APP_ROLE,
                "--spring.datasource.password=" + secrets.rolePassword(),
                "--spring.kafka.bootstrap-servers=" + outside.bootstrapServers()));
        if (service != Service.BILLING_API) {
            settings.addAll(ofWorkers);
            settings.add("--spring.autoconfigure.exclude=" + NOT_THEIRS);
        }
        if (service == Service.BILLING_API || service == Service.CHECKOUT_SYNC_WORKER) {
            settings.add("--aicredits.access.key-peppers=" + secrets.pepper());
        }
        if (service == Service.CHECKOUT_SYNC_WORKER) {
            settings.add("--aicredits.checkout-sync.public-url=http://" + Ports.LOOPBACK + ":" + port);
            settings.add("--aicredits.checkout-sync.webhook-secrets=" + secrets.webhookSecret());
            settings.add("--aicredits.checkout-sync.stripe.api-key=" + secrets.stripeKey());
        }
        settings.addAll(more);
        return settings;
    }

    List<ServiceProcess> all() {
        return List.copyOf(instances);
    }

    List<ServiceProcess> running(Service service) {
        return instances.stream()
                .filter(instance -> instance.service() == service)
                .toList();
    }

    ServiceProcess one(Service service) {
        return running(service).get(0);
    }

    /** Ends all of them in an orderly way, at once. */
    void stop() {
        CompletableFuture.allOf(instances.stream()
                        .map(instance -> CompletableFuture.runAsync(instance::stop))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    @Override
    public void close() {
        instances.forEach(ServiceProcess::close);
    }
}
