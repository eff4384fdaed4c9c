package dev.aicredits.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.LoggingEvent;
import dev.aicredits.embedded.TopicDeclaration;
import dev.aicredits.embedded.TopicFile;
import dev.aicredits.messaging.ConsumerSettings;
import dev.aicredits.pages.PagesSettings;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.SecretProjection;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
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
    private static final Path ROOT = Path.of("../kubernetes");
    private static final KubernetesFolder BASE = KubernetesFolder.read(ROOT.resolve("base"));
    private static final KubernetesFolder SETUP = KubernetesFolder.read(ROOT.resolve("setup"));
    private static final String NAME_LABEL = "app.kubernetes.io/name";
    private static final String NAMESPACE_LABEL = "kubernetes.io/metadata.name";

    /** What {@code spring.lifecycle.timeout-per-shutdown-phase} is unless it is set. */
    private static final int SPRING_PHASE_SECONDS = 30;

    @TempDir
    private Path scratch;

    @ParameterizedTest
    @EnumSource(DeployedService.class)
    void settingsAndSecretsAreThoseOfTheService(DeployedService service) {
        PodSpec pod = pod(service).getSpec();
        try (MountedSettings settings = settings(service)) {
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
        try (MountedSettings settings = settings(service)) {
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
        try (MountedSettings settings = settings(service)) {
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

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "SETUP")
    void oneOfItStaysWhileNodesAreDrained(DeployedService service) {
        Deployment deployment = BASE.named(Deployment.class, service.serviceName());
        PodDisruptionBudget budget = BASE.named(PodDisruptionBudget.class, service.serviceName());
        assertThat(budget.getSpec().getSelector().getMatchLabels()).isEqualTo(labels(service));
        assertThat(deployment.getSpec().getSelector().getMatchLabels()).isEqualTo(labels(service));
        assertThat(budget.getSpec().getMaxUnavailable().getIntVal()).isEqualTo(1);
        assertThat(deployment
                        .getSpec()
                        .getStrategy()
                        .getRollingUpdate()
                        .getMaxUnavailable()
                        .getIntVal())
                .isZero();
        assertThat(replicasMin(service)).isGreaterThanOrEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "SETUP")
    void whoReadsFromKafkaIsScaledByItsOwnLag(DeployedService service) {
        List<ScaledObject> scaled = scaled(service);
        try (MountedSettings settings = settings(service)) {
            if (settings.consumer().isEmpty()) {
                assertThat(scaled).isEmpty();
                return;
            }
            ConsumerSettings consumer = settings.consumer().get();
            assertThat(scaled).singleElement().satisfies(object -> {
                assertThat(object.metadata().name()).isEqualTo(service.serviceName());
                assertThat(object.spec().triggers()).singleElement().satisfies(trigger -> {
                    assertThat(trigger.type()).isEqualTo("kafka");
                    assertThat(trigger.metadata().topic()).isEqualTo(consumer.topic());
                    assertThat(trigger.metadata().consumerGroup()).isEqualTo(consumer.groupId());
                    assertThat(trigger.metadata().bootstrapServers())
                            .isEqualTo(settings.property("spring.kafka.bootstrap-servers"));
                    assertThat(Integer.parseInt(trigger.metadata().lagThreshold()))
                            .isPositive();
                    assertThat(trigger.metadata().offsetResetPolicy()).isEqualTo("earliest");
                });
                assertThat(object.spec().maxReplicaCount() * consumer.concurrency())
                        .as("threads, each of which has a partition")
                        .isLessThanOrEqualTo(partitions(consumer.topic()));
            });
            // Two who decide would undo each other's decision.
            assertThat(BASE.named(Deployment.class, service.serviceName())
                            .getSpec()
                            .getReplicas())
                    .isNull();
        }
    }

    @Test
    void theDatabaseTakesAllConnectionsEvenWhileEveryServiceRolls() throws IOException {
        int connections = 0;
        for (DeployedService service : DeployedService.values()) {
            if (service.serves()) {
                Deployment deployment = BASE.named(Deployment.class, service.serviceName());
                int surge = deployment
                        .getSpec()
                        .getStrategy()
                        .getRollingUpdate()
                        .getMaxSurge()
                        .getIntVal();
                try (MountedSettings settings = settings(service)) {
                    connections += (replicasMax(service) + surge) * settings.connectionsMax();
                }
            }
        }
        assertThat(Files.readString(ROOT.resolve("README.md"))).contains(connections + " connections");
    }

    @Test
    void whoIsNotNamedTalksToNobody() {
        NetworkPolicySpec deny =
                SETUP.named(NetworkPolicy.class, "default-deny").getSpec();
        assertThat(deny.getPodSelector().getMatchLabels()).isEmpty();
        assertThat(deny.getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
        assertThat(deny.getIngress()).isEmpty();
        assertThat(deny.getEgress()).isEmpty();
        assertThat(SETUP.named(NetworkPolicy.class, "dns").getSpec().getEgress())
                .singleElement()
                .satisfies(rule -> assertThat(ports(rule.getPorts())).containsExactly(53, 53));
        assertThat(List.of(
                        BASE.kustomization().namespace(), SETUP.kustomization().namespace()))
                .containsOnly(SETUP.all(Namespace.class).get(0).getMetadata().getName());
    }

    @ParameterizedTest
    @EnumSource(DeployedService.class)
    void theNetworkTakesItWhereItHasToGoAndNowhereElse(DeployedService service) {
        NetworkPolicySpec policy = folder(service)
                .named(NetworkPolicy.class, service.serviceName())
                .getSpec();
        assertThat(policy.getPodSelector().getMatchLabels()).isEqualTo(labels(service));
        assertThat(policy.getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
        Map<String, Integer> wanted = new HashMap<>();
        try (MountedSettings settings = settings(service)) {
            for (URI server : List.of(settings.database(), settings.broker())) {
                wanted.put("namespace " + namespace(server.getHost()), server.getPort());
            }
            if (settings.asksIdentityProvider() || service == DeployedService.CHECKOUT_SYNC_WORKER) {
                wanted.put("outside", 443);
            }
            if (service == DeployedService.BILLING_API) {
                URI checkout = URI.create(settings.bean(PagesSettings.class).checkoutUrl());
                Service called = BASE.named(Service.class, checkout.getHost());
                assertThat(called.getSpec().getPorts().get(0).getPort()).isEqualTo(checkout.getPort());
                wanted.put("pod " + checkout.getHost(), checkout.getPort());
            }
            Map<String, Integer> allowed = new HashMap<>();
            for (NetworkPolicyEgressRule rule : policy.getEgress()) {
                assertThat(rule.getTo()).hasSize(1);
                assertThat(rule.getPorts()).hasSize(1);
                allowed.put(peer(rule.getTo().get(0)), ports(rule.getPorts()).get(0));
            }
            assertThat(allowed).isEqualTo(wanted);
            for (NetworkPolicyIngressRule rule : policy.getIngress()) {
                assertThat(ports(rule.getPorts())).containsExactly(settings.port());
            }
        }
        Set<String> callers = policy.getIngress().stream()
                .flatMap(rule -> rule.getFrom().stream())
                .map(KubernetesTest::peer)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(callers)
                .isEqualTo(
                        switch (service) {
                            case SETUP -> Set.of();
                            case USAGE_CONSUMER, BUDGET_ENFORCER -> Set.of("namespace monitoring");
                            case CHECKOUT_SYNC_WORKER ->
                                Set.of("namespace monitoring", "namespace ingress", "pod billing-api");
                            case BILLING_API -> Set.of("namespace monitoring", "namespace ingress");
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

    private MountedSettings settings(DeployedService service) {
        Path file = folder(service)
                .settingsFile(volume(service, "config").getConfigMap().getName());
        Set<String> secrets = secrets(service).stream()
                .flatMap(secret -> secret.getItems().stream())
                .map(item -> item.getPath())
                .collect(Collectors.toSet());
        return MountedSettings.load(service, file, secrets, scratch.resolve(service.serviceName()));
    }

    static List<SecretProjection> secrets(DeployedService service) {
        return volume(service, "secrets").getProjected().getSources().stream()
                .map(VolumeProjection::getSecret)
                .toList();
    }

    private static Volume volume(DeployedService service, String name) {
        return pod(service).getSpec().getVolumes().stream()
                .filter(volume -> volume.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static KubernetesFolder folder(DeployedService service) {
        return service.serves() ? BASE : SETUP;
    }

    private static PodTemplateSpec pod(DeployedService service) {
        String name = service.serviceName();
        return service.serves()
                ? BASE.named(Deployment.class, name).getSpec().getTemplate()
                : SETUP.named(Job.class, name).getSpec().getTemplate();
    }

    private static Container container(DeployedService service) {
        List<Container> containers = new ArrayList<>(pod(service).getSpec().getContainers());
        containers.addAll(pod(service).getSpec().getInitContainers());
        assertThat(containers).hasSize(1);
        return containers.get(0);
    }

    private static Map<String, String> labels(DeployedService service) {
        Map<String, String> labels = pod(service).getMetadata().getLabels();
        assertThat(labels).isEqualTo(Map.of(NAME_LABEL, service.serviceName()));
        return labels;
    }

    private static List<ScaledObject> scaled(DeployedService service) {
        return BASE.all(ScaledObject.class).stream()
                .filter(object -> object.spec().scaleTargetRef().name().equals(service.serviceName()))
                .toList();
    }

    private static int replicasMin(DeployedService service) {
        return scaled(service).stream()
                .map(object -> object.spec().minReplicaCount())
                .findFirst()
                .orElseGet(() -> BASE.named(Deployment.class, service.serviceName())
                        .getSpec()
                        .getReplicas());
    }

    private static int replicasMax(DeployedService service) {
        return scaled(service).stream()
                .map(object -> object.spec().maxReplicaCount())
                .findFirst()
                .orElseGet(() -> replicasMin(service));
    }

    private static int partitions(String topic) {
        return TopicFile.packaged().stream()
                .filter(declaration -> declaration.name().equals(topic))
                .mapToInt(TopicDeclaration::partitions)
                .findFirst()
                .orElseThrow();
    }

    /** Of a service's name within the cluster: SERVICE.NAMESPACE.svc. */
    private static String namespace(String host) {
        assertThat(host).matches("[^.]+\\.[^.]+\\.svc");
        return host.substring(host.indexOf('.') + 1, host.lastIndexOf('.'));
    }

    private static List<Integer> ports(List<NetworkPolicyPort> ports) {
        return ports.stream().map(port -> port.getPort().getIntVal()).toList();
    }

    /** Who it is, in a word; one that is nobody in particular is an error. */
    private static String peer(NetworkPolicyPeer peer) {
        if (peer.getIpBlock() != null) {
            assertThat(peer.getIpBlock().getExcept()).contains("10.0.0.0/8", "169.254.0.0/16");
            return "outside";
        }
        return peer.getNamespaceSelector() != null
                ? "namespace " + peer.getNamespaceSelector().getMatchLabels().get(NAMESPACE_LABEL)
                : "pod " + peer.getPodSelector().getMatchLabels().get(NAME_LABEL);
    }
}
