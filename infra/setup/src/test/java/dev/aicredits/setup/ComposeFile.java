package dev.aicredits.setup;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A Compose file, as much of the specification as is used here; everything may be absent. */
record ComposeFile(
        String name,
        @JsonProperty("x-service") Service common,
        Map<String, Service> services,
        Map<String, Network> networks,
        Map<String, Volume> volumes,
        Map<String, FileSource> configs,
        Map<String, FileSource> secrets) {

    record Service(
            String image,
            Build build,
            String restart,
            String user,
            Boolean readOnly,
            List<String> tmpfs,
            List<String> capDrop,
            List<String> securityOpt,
            Boolean init,
            String stopGracePeriod,
            Map<String, Dependency> dependsOn,
            Map<String, String> environment,
            List<Use> configs,
            List<Use> secrets,
            List<String> volumes,
            List<String> networks,
            List<String> ports,
            String memLimit,
            String shmSize,
            HealthCheck healthcheck) {

        Map<String, String> variables() {
            return Objects.requireNonNullElse(environment, Map.of());
        }

        List<Use> usedConfigs() {
            return Objects.requireNonNullElse(configs, List.of());
        }

        List<Use> usedSecrets() {
            return Objects.requireNonNullElse(secrets, List.of());
        }

        List<String> publishedPorts() {
            return Objects.requireNonNullElse(ports, List.of());
        }

        List<String> mounts() {
            return Objects.requireNonNullElse(volumes, List.of());
        }

        Map<String, Dependency> dependencies() {
            return Objects.requireNonNullElse(dependsOn, Map.of());
        }

        /** Whether its image is built here. */
        boolean isOurs() {
            return build != null;
        }

        /** Every duration and size that it names. */
        Stream<String> amounts() {
            Stream<String> checks = healthcheck == null
                    ? Stream.of()
                    : Stream.of(healthcheck.interval(), healthcheck.timeout(), healthcheck.startPeriod());
            return Stream.concat(Stream.of(stopGracePeriod, memLimit, shmSize), checks)
                    .filter(Objects::nonNull);
        }
    }

    record Build(String context, String dockerfile, Map<String, String> args) {}

    record Dependency(String condition) {}

    record Use(String source, String target) {}

    record HealthCheck(List<String> test, String interval, String timeout, Integer retries, String startPeriod) {}

    record Network(Boolean internal) {}

    record Volume() {}

    record FileSource(String file) {}
}
