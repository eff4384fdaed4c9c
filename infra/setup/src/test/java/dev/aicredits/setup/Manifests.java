package dev.aicredits.setup;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.SecretProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The manifests of {@code infra/kubernetes}, and what they say of a service. */
final class Manifests {
    static final Path ROOT = Path.of("../kubernetes");
    static final KubernetesFolder BASE = KubernetesFolder.read(ROOT.resolve("base"));
    static final KubernetesFolder SETUP = KubernetesFolder.read(ROOT.resolve("setup"));
    static final String NAME_LABEL = "app.kubernetes.io/name";

    private Manifests() {}

    /** What its settings file sets, with secrets that nothing refuses; {@code scratch} is a folder of the test. */
    static MountedSettings settings(DeployedService service, Path scratch) {
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

    static Volume volume(DeployedService service, String name) {
        return pod(service).getSpec().getVolumes().stream()
                .filter(volume -> volume.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static KubernetesFolder folder(DeployedService service) {
        return service.serves() ? BASE : SETUP;
    }

    static PodTemplateSpec pod(DeployedService service) {
        String name = service.serviceName();
        return service.serves()
                ? BASE.named(Deployment.class, name).getSpec().getTemplate()
                : SETUP.named(Job.class, name).getSpec().getTemplate();
    }

    static Container container(DeployedService service) {
        List<Container> containers = new ArrayList<>(pod(service).getSpec().getContainers());
        containers.addAll(pod(service).getSpec().getInitContainers());
        assertThat(containers).hasSize(1);
        return containers.get(0);
    }

    static Map<String, String> labels(DeployedService service) {
        Map<String, String> labels = pod(service).getMetadata().getLabels();
        assertThat(labels).isEqualTo(Map.of(NAME_LABEL, service.serviceName()));
        return labels;
    }
}
