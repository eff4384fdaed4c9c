package dev.aicredits.setup;

import java.util.List;

/** A kustomization, as much of it as is used here; what generates secrets is not. */
record Kustomization(
        String apiVersion,
        String kind,
        String namespace,
        List<String> resources,
        List<ConfigMap> configMapGenerator,
        List<Image> images) {

    record ConfigMap(String name, List<String> files) {}

    record Image(String name, String newTag) {}
}
