package dev.aicredits.setup;

import static dev.aicredits.setup.Manifests.BASE;
import static dev.aicredits.setup.Manifests.ROOT;
import static dev.aicredits.setup.Manifests.SETUP;
import static dev.aicredits.setup.Manifests.container;
import static dev.aicredits.setup.Manifests.folder;
import static dev.aicredits.setup.Manifests.labels;
import static dev.aicredits.setup.Manifests.pod;
import static dev.aicredits.setup.Manifests.secrets;
import static dev.aicredits.setup.Manifests.settings;
import static dev.aicredits.setup.Manifests.volume;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.SecretProjection;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.KeyValuePair;
import org.springframework.beans.factory.BeanCreationException;

/** The manifests of {@code infra/kubernetes}, as far as that can be told without a cluster. */
class KubernetesTest {
    /** What {@code spring.lifecycle.timeout-per-shutdown-phase} is unless it is set. */
    private static final int SPRING_PHASE_SECONDS = 30;

    @TempDir
    private Path scratch;

    @ParameterizedTest
    @EnumSource(DeployedService.class)
    void settingsAndSecretsAreThoseOfTheService(DeployedService service) {
        PodSpec pod = pod(service).getSpec();
        try (MountedSettings settings = settings(service, scratch)) {
            assertThat(settings.property("logging.structured.format.console")).isEqualTo("ecs");
            assertThat(settings.property("spring.main.banner-mode")).isEqualTo("off");
            assertThat(settings.database().getHost()).isEqualTo("postgresql.postgresql.svc");
            assertThat(settings.broker().getHost()).isEqualTo("kafka-bootstrap.kafka.svc");
        }
        Container container = container(service);
        assertThat(container.getVolumeMounts())
                .extracting(VolumeMount::getName, VolumeMount::getMountPath)
                .containsExactlyInAnyOrder(
                        tuple(
                                "config",
                                Path.of(MountedSettings.FILE).getParent().toString()),
                        tuple("secrets", MountedSettings.SECRETS),
                        tuple("tmp", "/tmp"));
        assertThat(pod.getVolumes()).extracting(Volume::getName).containsExactlyInAnyOrder("config", "secrets", "tmp");
    }

    /** Without JSON, as on somebody's own machine. */
    @ParameterizedTest
    @EnumSource(DeployedService.class)
    void aLineHasItsKeyValuesAndItsTrace(DeployedService service) {
        LoggerContext context = new LoggerContext();
        PatternLayout layout = new PatternLayout();
        layout.setContext(context);
        layout.getInstanceConverterMap().put("wEx", ThrowableProxyConverter::new);
        try (MountedSettings settings = settings(service, scratch)) {
            layout.setPattern(settings.property("logging.pattern.console"));
        }
        layout.start();
        LoggingEvent event =
                new LoggingEvent("", context.getLogger("dev.aicredits.Of"), Level.INFO, "stopped", null, new Object[0]);
        event.addKeyValuePair(new KeyValuePair("organization", "org_acme"));
        event.setMDCPropertyMap(Map.of());
        assertThat(layout.doLayout(event)).endsWith(" : stopped organization=\"org_acme\"\n");
        if (service.serves()) {
            LoggingEvent traced = new LoggingEvent(
                    "", context.getLogger("dev.aicredits.Of"), Level.INFO, "stopped", null, new Object[0]);
            traced.addKeyValuePair(new KeyValuePair("organization", "org_acme"));
            traced.setMDCPropertyMap(Map.of("traceId", "4bf9"));
            assertThat(layout.doLayout(traced)).endsWith(" : stopped organization=\"org_acme\" trace=4bf9\n");
        }
    }

    @ParameterizedTest
    @EnumSource(DeployedService.class)
    void noSecretIsInAManifest(DeployedService service) {
        Container container = container(service);
        assertThat(container.getEnvFrom()).isEmpty();
        for (EnvVar variable : container.getEnv()) {
            assertThat(variable.getName()).isEqualTo("JDK_JAVA_OPTIONS");
            JvmOptions.requireKnown(variable.getValue());
        }
        assertThat(volume(service, "secrets").getProjected().getSources())
                .isNotEmpty()
                .allSatisfy(source -> {
                    assertThat(source.getSecret()).isNotNull();
                    assertThat(source.getSecret().getItems()).isNotEmpty().allSatisfy(item -> assertThat(item.getPath())
                            .isEqualTo(item.getKey()));
                });
    }

    @Test
    void eachSecretIsNamedWhereSecretsAreExplained() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        for (DeployedService service : DeployedService.values()) {
            for (SecretProjection secret : secrets(service)) {
                assertThat(readme).contains("| `" + secret.getName() + "` |");
                secret.getItems().forEach(item -> assertThat(readme).contains("`" + item.getKey() + "`"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(DeployedService.class)
    void itRunsWithNothingThatItDoesNotNeed(DeployedService service) {
        PodSpec pod = pod(service).getSpec();
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getHostNetwork()).isNull();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(ImageTest.userOfImage());
        assertThat(pod.getSecurityContext().getFsGroup()).isEqualTo(ImageTest.userOfImage());
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        Container container = container(service);
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getPrivileged()).isNull();
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(container.getSecurityContext().getCapabilities().getAdd()).isEmpty();
        assertThat(container.getResources().getRequests()).containsOnlyKeys("cpu", "memory");
        assertThat(container.getResources().getLimits().get("memory"))
                .isEqualTo(container.getResources().getRequests().get("memory"));
    }

    @ParameterizedTest
    @EnumSource(DeployedService.class)
    void theImageHasATagOfItsOwn(DeployedService service) {
        String image = "aicredits/" + service.serviceName();
        assertThat(container(service).getImage()).isEqualTo(image);
        assertThat(folder(service).kustomization().images())
                .filteredOn(entry -> entry.name().equals(image))
                .singleElement()
                .satisfies(entry -> assertThat(entry.newTag()).isNotBlank().isNotEqualTo("latest"));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "SETUP")
    void portsAndProbesAreTheServicesOwn(DeployedService service) {
        Deployment deployment = BASE.named(Deployment.class, service.serviceName());
        Container container = container(service);
        try (MountedSettings settings = settings(service, scratch)) {
            assertThat(container.getPorts()).singleElement().satisfies(port -> {
                assertThat(port.getName()).isEqualTo("http");
                assertThat(port.getContainerPort()).isEqualTo(settings.port());
            });
            for (Probe probe :
                    List.of(container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe())) {
                HTTPGetAction get = probe.getHttpGet();
                assertThat(get.getPort().getStrVal()).isEqualTo("http");
                assertThat(settings.healthPaths()).contains(get.getPath());
            }
            assertThat(container.getLivenessProbe().getHttpGet().getPath()).endsWith("/liveness");
            assertThat(container.getReadinessProbe().getHttpGet().getPath()).endsWith("/readiness");
            assertThat(settings.health("readiness")).contains("readinessState", "db");
            assertThat(settings.health("liveness"))
                    .as("who is restarted because the database is away comes back no sooner")
                    .contains("livenessState")
                    .doesNotContain("db");
            assertThat(container.getReadinessProbe().getTimeoutSeconds())
                    .isGreaterThan((int) settings.connectionTimeout().toSeconds());
            assertThat(settings.exposesPrometheus()).isTrue();
            assertThat(deployment.getSpec().getTemplate().getMetadata().getAnnotations())
                    .containsEntry("prometheus.io/port", String.valueOf(settings.port()))
                    .containsEntry("prometheus.io/path", "/actuator/prometheus");
            int drain = container.getLifecycle() == null
                    ? 0
                    : container
                            .getLifecycle()
                            .getPreStop()
                            .getSleep()
                            .getSeconds()
                            .intValue();
            long work = settings.consumer()
                    .map(consumer -> consumer.shutdownTimeout().toSeconds())
                    .orElse(0L);
            assertThat(deployment.getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds())
                    .as("time to end the work that has begun")
                    .isGreaterThanOrEqualTo(drain + work + SPRING_PHASE_SECONDS);
        }
        BASE.all(Service.class).stream()
                .filter(selecting -> selecting.getMetadata().getName().equals(service.serviceName()))
                .forEach(selecting -> {
                    assertThat(selecting.getSpec().getSelector()).isEqualTo(labels(service));
                    assertThat(selecting.getSpec().getPorts()).singleElement().satisfies(port -> {
                        assertThat(port.getTargetPort().getStrVal()).isEqualTo("http");
                        assertThat(port.getPort())
                                .isEqualTo(container.getPorts().get(0).getContainerPort());
                    });
                });
    }

    @Test
    void everyFileIsUsed() {
        assertThat(BASE.files()).containsExactlyInAnyOrderElementsOf(BASE.used());
        assertThat(SETUP.files()).containsExactlyInAnyOrderElementsOf(SETUP.used());
        assertThat(BASE.all(Deployment.class)).hasSize(DeployedService.values().length - 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"replica", "selektor"})
    void aMisspelledFieldIsRefused(String field) {
        Map<Object, Object> deployment = new HashMap<>(Map.of("apiVersion", "apps/v1", "kind", "Deployment"));
        deployment.put("metadata", Map.of("name", "x"));
        assertThat(KubernetesFolder.resource(deployment)).isInstanceOf(Deployment.class);
        deployment.put("spec", Map.of(field, 1));
        assertThatThrownBy(() -> KubernetesFolder.resource(deployment)).hasMessageContaining(field);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aicredits: {usage-consumer: {concurency: 2}}",
                "aicredits: {usage-consumer: {concurrency: two}}",
                "aicredits: {usage-consumr: {concurrency: 2}}",
                "spring: {kafka: {bootstrap-server: x}}",
            })
    void aSettingThatTheServiceDoesNotHaveIsRefused(String mistake) throws IOException {
        Path file = scratch.resolve("mistaken.yaml");
        Files.writeString(file, "spring.config:\n  import: configtree:/run/secrets/\n" + mistake);
        assertThatThrownBy(() -> MountedSettings.load(DeployedService.USAGE_CONSUMER, file, Set.of(), scratch)
                        .close())
                .isInstanceOfAny(AssertionError.class, BeanCreationException.class);
        Files.writeString(file, "spring.config:\n  import: configtree:/run/secrets/\n");
        MountedSettings.load(DeployedService.USAGE_CONSUMER, file, Set.of(), scratch)
                .close();
    }
}
