package dev.aicredits.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicredits.checkout.CheckoutSettings;
import dev.aicredits.pages.PagesSettings;
import dev.aicredits.setup.ComposeFile.FileSource;
import dev.aicredits.setup.ComposeFile.Service;
import dev.aicredits.setup.ComposeFile.Use;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** {@code infra/compose}, as far as that can be told without Docker. */
class ComposeTest {
    private static final Path FOLDER = Path.of("../compose");
    private static final ComposeFile COMPOSE = Yaml.snake(FOLDER.resolve("compose.yaml"), ComposeFile.class);
    private static final Pattern AMOUNT = Pattern.compile("[1-9][0-9]*(s|m|g)b?");
    private static final Pattern SECRET_NAME = Pattern.compile("PASSWORD|SECRET|TOKEN|_KEY");

    /** What the images of others take besides settings. */
    private static final Set<String> OF_KAFKAS_IMAGE = Set.of("CLUSTER_ID", "KAFKA_HEAP_OPTS");

    @TempDir
    private Path scratch;

    record Prometheus(Global global, List<String> ruleFiles, List<Scrape> scrapeConfigs) {
        record Global(String scrapeInterval) {}

        record Scrape(String jobName, String metricsPath, List<Targets> staticConfigs) {}

        record Targets(List<String> targets, Map<String, String> labels) {}
    }

    record Datasources(int apiVersion, List<Datasource> datasources) {
        record Datasource(String name, String uid, String type, String access, String url, boolean isDefault) {}
    }

    @ParameterizedTest
    @EnumSource(DeployedService.class)
    void settingsAndSecretsAreThoseOfTheService(DeployedService service) {
        try (MountedSettings settings = settings(service)) {
            assertThat(settings.database().getHost()).isEqualTo("postgresql");
            assertThat(settings.database().getPort()).isEqualTo(5432);
            assertThat(settings.database().getPath())
                    .isEqualTo("/" + service("postgresql").variables().get("POSTGRES_DB"));
            assertThat("PLAINTEXT://" + settings.broker().getAuthority())
                    .isEqualTo(service("kafka").variables().get("KAFKA_ADVERTISED_LISTENERS"));
        }
    }

    @ParameterizedTest
    @EnumSource(DeployedService.class)
    void itRunsWithNothingThatItDoesNotNeed(DeployedService service) {
        Service ours = service(service.serviceName());
        assertThat(ours.image()).isEqualTo("aicredits/" + service.serviceName());
        assertThat(FOLDER.resolve(ours.build().context()).normalize()).isEqualTo(Path.of("../.."));
        assertThat(FOLDER.resolve(ours.build().context()).resolve(ours.build().dockerfile()))
                .isRegularFile();
        assertThat(ours.build().args()).isEqualTo(Map.of("SERVICE", service.serviceName()));
        assertThat(ours.user()).isEqualTo(ImageTest.userOfImage() + ":" + ImageTest.userOfImage());
        assertThat(ours.readOnly()).isTrue();
        assertThat(ours.tmpfs()).containsExactly("/tmp:exec,size=64m");
        assertThat(ours.capDrop()).containsExactly("ALL");
        assertThat(ours.securityOpt()).containsExactly("no-new-privileges:true");
        assertThat(ours.mounts()).isEmpty();
        ours.variables().forEach((name, value) -> {
            assertThat(name).isEqualTo("JDK_JAVA_OPTIONS");
            JvmOptions.requireKnown(value);
        });
        assertThat(ours.networks())
                .containsExactlyElementsOf(
                        switch (service) {
                            case CHECKOUT_SYNC_WORKER, BILLING_API -> List.of("inside", "outside");
                            default -> List.of("inside");
                        });
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "SETUP")
    void portsAndHealthChecksAreTheServicesOwn(DeployedService service) {
        Service ours = service(service.serviceName());
        assertThat(ours.restart()).isEqualTo("unless-stopped");
        assertThat(ours.dependencies()).containsOnlyKeys("setup");
        assertThat(ours.dependencies().get("setup").condition()).isEqualTo("service_completed_successfully");
        try (MountedSettings settings = settings(service)) {
            String check = String.join(" ", ours.healthcheck().test());
            assertThat(check).contains("/dev/tcp/127.0.0.1/" + settings.port() + " ");
            assertThat(settings.healthPaths()).contains("/actuator/health/readiness");
            assertThat(check).contains("GET /actuator/health/readiness ");
            assertThat(Integer.parseInt(ours.healthcheck().timeout().replace("s", "")))
                    .isGreaterThan((int) settings.connectionTimeout().toSeconds());
            assertThat(ours.publishedPorts())
                    .allSatisfy(port -> assertThat(port).endsWith(":" + settings.port()));
        }
    }

    @Test
    void pagesAndCheckoutReachEachOther() {
        try (MountedSettings api = settings(DeployedService.BILLING_API);
                MountedSettings checkout = settings(DeployedService.CHECKOUT_SYNC_WORKER)) {
            PagesSettings pages = api.bean(PagesSettings.class);
            URI called = URI.create(pages.checkoutUrl());
            assertThat(called.getHost()).isEqualTo("checkout-sync-worker");
            assertThat(called.getPort()).isEqualTo(checkout.port());
            assertThat(checkout.bean(CheckoutSettings.class).returnOrigins())
                    .contains(pages.publicUrl().toString());
            assertThat(service("billing-api").publishedPorts())
                    .containsExactly(pages.publicUrl().getAuthority() + ":" + api.port());
            assertThat(service("checkout-sync-worker").publishedPorts())
                    .containsExactly(
                            checkout.bean(CheckoutSettings.class).publicUrl().getAuthority() + ":" + checkout.port());
        }
    }

    @Test
    void whatIsReferredToIsThereAndWhatIsThereIsReferredTo() {
        assertThat(COMPOSE.services().keySet())
                .containsAll(Arrays.stream(DeployedService.values())
                        .map(DeployedService::serviceName)
                        .toList());
        assertThat(COMPOSE.services().values().stream()
                        .flatMap(service -> service.networks().stream())
                        .collect(Collectors.toSet()))
                .isEqualTo(COMPOSE.networks().keySet());
        assertThat(COMPOSE.services().values().stream()
                        .flatMap(service -> service.usedConfigs().stream())
                        .map(Use::source)
                        .collect(Collectors.toSet()))
                .isEqualTo(COMPOSE.configs().keySet());
        assertThat(COMPOSE.services().values().stream()
                        .flatMap(service -> service.usedSecrets().stream())
                        .map(Use::source)
                        .collect(Collectors.toSet()))
                .isEqualTo(COMPOSE.secrets().keySet());
        assertThat(COMPOSE.services().values().stream()
                        .flatMap(service -> service.mounts().stream())
                        .map(mount -> mount.substring(0, mount.indexOf(':')))
                        .collect(Collectors.toSet()))
                .isEqualTo(COMPOSE.volumes().keySet());
        COMPOSE.configs().values().forEach(config -> assertThat(FOLDER.resolve(config.file()))
                .isRegularFile());
        COMPOSE.services().forEach((name, service) -> {
            assertThat(service.isOurs()).as(name).isEqualTo(isOurs(name));
            assertThat(service.memLimit()).as(name).isNotNull();
            service.amounts().forEach(amount -> assertThat(amount).as(name).matches(AMOUNT));
            service.dependencies().forEach((other, dependency) -> {
                switch (dependency.condition()) {
                    case "service_healthy" ->
                        assertThat(service(other).healthcheck()).isNotNull();
                    case "service_completed_successfully" ->
                        assertThat(service(other).restart()).isEqualTo("no");
                    default -> assertThat(dependency.condition()).isEqualTo("service_started");
                }
            });
            // Others on the network of this machine see nothing of it.
            service.publishedPorts().forEach(port -> assertThat(port).startsWith("127.0.0.1:"));
        });
        assertThat(COMPOSE.networks().get("inside").internal()).isTrue();
    }

    @Test
    void noSecretIsInTheFile() throws IOException {
        COMPOSE.services().values().forEach(service -> service.variables().forEach((name, value) -> {
            if (SECRET_NAME.matcher(name).find()) {
                assertThat(name).endsWith("_FILE");
                assertThat(service.usedSecrets().stream().map(use -> "/run/secrets/" + use.target()))
                        .contains(value);
            }
        }));
        // A secret is what the kept folder has.
        assertThat(COMPOSE.secrets().values())
                .extracting(FileSource::file)
                .allMatch(file -> file.startsWith("secrets/"));
    }

    @Test
    void theSecretsAreMadeOnceAndKept() throws Exception {
        Path script = Files.copy(
                FOLDER.resolve("make-secrets"), scratch.resolve("make-secrets"), StandardCopyOption.COPY_ATTRIBUTES);
        assertThat(run(script, Map.of("STRIPE_API_KEY", "only-for-tests"))).isNotZero();
        Map<String, String> stripe = Map.of("STRIPE_API_KEY", "only-for-tests", "STRIPE_WEBHOOK_SECRET", "test-only");
        assertThat(run(script, stripe)).isZero();
        Map<String, String> made = secrets();
        assertThat(made)
                .containsOnlyKeys(COMPOSE.secrets().values().stream()
                        .map(secret -> Path.of(secret.file()).getFileName().toString())
                        .toList())
                .containsEntry("stripe-api-key", "only-for-tests")
                .containsEntry("stripe-webhook-secrets", "test-only");
        made.values().stream().filter(value -> !stripe.containsValue(value)).forEach(value -> assertThat(value)
                .matches("[0-9a-f]{64}"));
        assertThat(Set.copyOf(made.values())).hasSameSizeAs(made.values());
        assertThat(run(script, Map.of())).isZero();
        assertThat(secrets()).isEqualTo(made);
        assertThat(Files.getPosixFilePermissions(scratch.resolve("secrets"))).hasSize(3);
    }

    @Test
    void brokerAndDatabaseAreThoseOfTheTests() {
        assertThat(service("kafka").image()).isEqualTo("apache/kafka:" + AppInfoParser.getVersion());
        assertThat(service("postgresql").image()).isEqualTo("postgres:18");
        Set<String> known = AbstractKafkaConfig.CONFIG_DEF.names().stream()
                .map(name -> "KAFKA_" + name.toUpperCase(Locale.ROOT).replace('.', '_'))
                .collect(Collectors.toSet());
        known.addAll(OF_KAFKAS_IMAGE);
        assertThat(known).containsAll(service("kafka").variables().keySet());
    }

    @Test
    void prometheusReadsEachServiceAndGrafanaReadsPrometheus() {
        Prometheus prometheus = Yaml.snake(FOLDER.resolve("prometheus.yaml"), Prometheus.class);
        assertThat(prometheus.ruleFiles()).containsExactly("/etc/prometheus/aicredits.rules.yml");
        assertThat(prometheus.scrapeConfigs()).singleElement().satisfies(scrape -> {
            assertThat(scrape.metricsPath()).isEqualTo("/actuator/prometheus");
            List<String> targets = new ArrayList<>();
            for (DeployedService service : DeployedService.values()) {
                if (service.serves()) {
                    try (MountedSettings settings = settings(service)) {
                        assertThat(settings.exposesPrometheus()).isTrue();
                        targets.add(service.serviceName() + ":" + settings.port());
                    }
                }
            }
            assertThat(scrape.staticConfigs().stream().flatMap(group -> group.targets().stream()))
                    .containsExactlyInAnyOrderElementsOf(targets);
        });
        Datasources datasources = Yaml.camel(Yaml.one(FOLDER.resolve("grafana/datasources.yaml")), Datasources.class);
        assertThat(datasources.datasources()).singleElement().satisfies(source -> assertThat(source.url())
                .isEqualTo("http://prometheus:9090"));
    }

    @Test
    void aMisspelledKeyIsRefused() throws IOException {
        Path file = scratch.resolve("compose.yaml");
        Files.writeString(file, "services: {kafka: {image: x, enviroment: {A: b}}}");
        assertThatThrownBy(() -> Yaml.snake(file, ComposeFile.class)).hasMessageContaining("enviroment");
        Files.writeString(file, "services: {kafka: {image: x, environment: {A: 1}}}");
        assertThatThrownBy(() -> Yaml.snake(file, ComposeFile.class)).hasMessageContaining("String");
    }

    private MountedSettings settings(DeployedService service) {
        Service ours = service(service.serviceName());
        assertThat(ours.usedConfigs()).singleElement().satisfies(use -> assertThat(use.target())
                .isEqualTo(MountedSettings.FILE));
        Path file = FOLDER.resolve(
                COMPOSE.configs().get(ours.usedConfigs().get(0).source()).file());
        Set<String> secrets = ours.usedSecrets().stream().map(Use::target).collect(Collectors.toSet());
        return MountedSettings.load(service, file, secrets, scratch.resolve(service.serviceName()));
    }

    private static Service service(String name) {
        assertThat(COMPOSE.services()).containsKey(name);
        return COMPOSE.services().get(name);
    }

    private static boolean isOurs(String name) {
        return Arrays.stream(DeployedService.values())
                .anyMatch(service -> service.serviceName().equals(name));
    }

    private Map<String, String> secrets() throws IOException {
        Map<String, String> secrets = new TreeMap<>();
        try (var files = Files.list(scratch.resolve("secrets"))) {
            for (Path file : files.toList()) {
                secrets.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return secrets;
    }

    private static int run(Path script, Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", script.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeIf(name -> name.startsWith("STRIPE_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
