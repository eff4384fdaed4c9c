package dev.aicredits.setup;

import static dev.aicredits.setup.Manifests.BASE;
import static dev.aicredits.setup.Manifests.ROOT;
import static dev.aicredits.setup.Manifests.labels;
import static dev.aicredits.setup.Manifests.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.embedded.TopicDeclaration;
import dev.aicredits.embedded.TopicFile;
import dev.aicredits.messaging.ConsumerSettings;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** How many of a service there are, by the manifests of {@code infra/kubernetes}. */
class ScalingTest {
    @TempDir
    private Path scratch;

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
        try (MountedSettings settings = settings(service, scratch)) {
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
                try (MountedSettings settings = settings(service, scratch)) {
                    connections += (replicasMax(service) + surge) * settings.connectionsMax();
                }
            }
        }
        assertThat(Files.readString(ROOT.resolve("README.md"))).contains(connections + " connections");
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
}
