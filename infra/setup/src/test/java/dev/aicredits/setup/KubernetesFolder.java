package dev.aicredits.setup;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A folder of manifests as its kustomization puts it together, each parsed into the type that it is. */
record KubernetesFolder(Path folder, Kustomization kustomization, List<Object> resources) {
    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "Namespace", Namespace.class,
            "Deployment", Deployment.class,
            "Job", Job.class,
            "Service", Service.class,
            "PodDisruptionBudget", PodDisruptionBudget.class,
            "NetworkPolicy", NetworkPolicy.class);

    static KubernetesFolder read(Path folder) {
        Kustomization kustomization = Yaml.camel(Yaml.one(folder.resolve("kustomization.yaml")), Kustomization.class);
        assertThat(kustomization.kind()).isEqualTo("Kustomization");
        assertThat(kustomization.apiVersion()).isEqualTo("kustomize.config.k8s.io/v1beta1");
        List<Object> resources = new ArrayList<>();
        for (String file : kustomization.resources()) {
            Yaml.documents(folder.resolve(file)).forEach(document -> resources.add(resource(document)));
        }
        return new KubernetesFolder(folder, kustomization, List.copyOf(resources));
    }

    /** One manifest; a kind that is not known here is an error. */
    static Object resource(Map<?, ?> document) {
        String kind = String.valueOf(document.get("kind"));
        if (kind.equals("ScaledObject")) {
            assertThat(document.get("apiVersion")).isEqualTo("keda.sh/v1alpha1");
            return Yaml.camel(document, ScaledObject.class);
        }
        Class<? extends HasMetadata> type = Objects.requireNonNull(KINDS.get(kind), kind);
        assertThat(document.get("apiVersion")).as(kind).isEqualTo(HasMetadata.getApiVersion(type));
        return Yaml.camel(document, type);
    }

    <T> List<T> all(Class<T> type) {
        return resources.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The one of that type and name. */
    <T extends HasMetadata> T named(Class<T> type, String name) {
        List<T> found = all(type).stream()
                .filter(resource -> name.equals(resource.getMetadata().getName()))
                .toList();
        assertThat(found).as("%s %s", type.getSimpleName(), name).hasSize(1);
        return found.get(0);
    }

    /** What a generated config map mounts as {@code application.yaml}. */
    Path settingsFile(String configMap) {
        List<String> files = kustomization.configMapGenerator().stream()
                .filter(generated -> generated.name().equals(configMap))
                .flatMap(generated -> generated.files().stream())
                .toList();
        assertThat(files).as("config map %s", configMap).hasSize(1);
        String[] keyAndFile = files.get(0).split("=", 2);
        assertThat(keyAndFile[0]).isEqualTo("application.yaml");
        return folder.resolve(keyAndFile[1]);
    }

    /** Every file that lies there, relative to the folder. */
    List<String> files() {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every file that the kustomization uses, and itself. */
    List<String> used() {
        return Stream.of(
                        Stream.of("kustomization.yaml"),
                        kustomization.resources().stream(),
                        kustomization.configMapGenerator().stream()
                                .flatMap(generated -> generated.files().stream())
                                .map(file -> file.substring(file.indexOf('=') + 1)))
                .flatMap(files -> files)
                .toList();
    }
}
