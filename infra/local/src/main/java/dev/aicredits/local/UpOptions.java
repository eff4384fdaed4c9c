package dev.aicredits.local;

import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of {@code infra/up}, checked as they are read. */
final class UpOptions {
    static final String PORT = "--port";
    static final String KAFKA_PORT = "--kafka-port";
    static final String POSTGRES_PORT = "--postgres-port";
    static final String STRIPE_PORT = "--stripe-port";
    static final String SCENARIO = "--scenario";
    static final String OTLP = "--otlp";

    private static final String EXHAUST = "exhaust";
    private static final int PORT_MAX = 65_535;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    private int port;
    private int kafkaPort;
    private int postgresPort;
    private int stripePort;
    private int traffic;
    private @Nullable String scenario;
    private @Nullable URI otlp;

    @Option(
            names = "--data",
            order = 5,
            paramLabel = "<folder>",
            description = "Where data, logs, passwords and demo.env are kept (default: infra/.data of this checkout).")
    private Path data = Installation.defaultDataFolder();

    @Option(names = "--help", order = 9, usageHelp = true, description = "Prints this and does nothing else.")
    boolean help;

    @Option(
            names = PORT,
            order = 1,
            paramLabel = "<port>",
            defaultValue = "8080",
            description =
                    "HTTP: the API with /docs, the pages, checkout, webhooks, health and metrics (default: ${DEFAULT-VALUE}; 0"
                            + " takes a free one).")
    void setPort(int port) {
        this.port = checkedPort(PORT, port);
    }

    @Option(
            names = KAFKA_PORT,
            order = 2,
            paramLabel = "<port>",
            defaultValue = "9092",
            description = "Kafka (default: ${DEFAULT-VALUE}; 0 takes a free one).")
    void setKafkaPort(int port) {
        this.kafkaPort = checkedPort(KAFKA_PORT, port);
    }

    @Option(
            names = POSTGRES_PORT,
            order = 3,
            paramLabel = "<port>",
            defaultValue = "15432",
            description = "PostgreSQL (default: ${DEFAULT-VALUE}; 0 takes a free one).")
    void setPostgresPort(int port) {
        this.postgresPort = checkedPort(POSTGRES_PORT, port);
    }

    @Option(
            names = STRIPE_PORT,
            order = 4,
            paramLabel = "<port>",
            defaultValue = "12111",
            description =
                    "The local Stripe, which runs unless STRIPE_API_KEY is set (default: ${DEFAULT-VALUE}; 0 takes a"
                            + " free one).")
    void setStripePort(int port) {
        this.stripePort = checkedPort(STRIPE_PORT, port);
    }

    @Option(
            names = "--traffic",
            order = 6,
            paramLabel = "<events/s>",
            defaultValue = "20",
            description = "Usage events a second that the simulated agent platform sends, 0 to 100000"
                    + " (default: ${DEFAULT-VALUE}; 0 for none).")
    void setTraffic(int traffic) {
        if (traffic < 0 || traffic > Traffic.EVENTS_PER_SECOND_MAX) {
            throw refused("--traffic takes 0 to " + Traffic.EVENTS_PER_SECOND_MAX + " events a second, not " + traffic);
        }
        this.traffic = traffic;
    }

    @Option(
            names = SCENARIO,
            order = 7,
            paramLabel = "<name>",
            description =
                    "Plays a scenario once it is up, a line for each step, and stops. exhaust: credits run out, agents"
                            + " are stopped, a purchase lets them go on.")
    void setScenario(String scenario) {
        if (!scenario.equals(EXHAUST)) {
            throw refused(SCENARIO + " takes exhaust, not " + scenario);
        }
        this.scenario = scenario;
    }

    @Option(
            names = OTLP,
            order = 8,
            paramLabel = "<url>",
            description =
                    "Sends traces to this OpenTelemetry collector, such as http://127.0.0.1:4318 (default: none).")
    void setOtlp(URI otlp) {
        if (otlp.getHost() == null || !Set.of("http", "https").contains(otlp.getScheme())) {
            throw refused(OTLP + " takes a URL that begins with http:// or https://");
        }
        this.otlp = otlp;
    }

    private int checkedPort(String option, int port) {
        if (port < 0 || port > PORT_MAX) {
            throw refused(option + " takes a port from 0 to " + PORT_MAX + ", not " + port);
        }
        return port;
    }

    private ParameterException refused(String sentence) {
        return new ParameterException(command.commandLine(), sentence);
    }

    int port() {
        return port;
    }

    int kafkaPort() {
        return kafkaPort;
    }

    int postgresPort() {
        return postgresPort;
    }

    int stripePort() {
        return stripePort;
    }

    int traffic() {
        return traffic;
    }

    /** The scenario to be played; null if none is. */
    @Nullable String scenario() {
        return scenario;
    }

    /** Where traces go; null if there are none. */
    @Nullable URI otlp() {
        return otlp;
    }

    Path data() {
        return data.toAbsolutePath().normalize();
    }
}
