package dev.aicredits.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.util.StringUtils;

/** What {@code infra/Dockerfile} says, as far as that can be told without Docker. */
class ImageTest {
    private static final Path REPOSITORY = Path.of("../..");
    private static final Path DOCKERFILE = REPOSITORY.resolve("infra/Dockerfile");

    /** Who the images run as. */
    static long userOfImage() {
        return Long.parseLong(only("(?m)^USER (\\d+):\\d+$"));
    }

    @Test
    void itBuildsTheModuleOfEachService() throws IOException {
        List<String> modules = List.of(StringUtils.commaDelimitedListToStringArray(only("mvn .* -pl (\\S+) -am")));
        assertThat(modules.stream().map(module -> Path.of(module).getFileName().toString()))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(DeployedService.values())
                        .map(DeployedService::serviceName)
                        .toList());
        for (String module : modules) {
            assertThat(Files.readString(REPOSITORY.resolve(module).resolve("pom.xml")))
                    .as("%s is repackaged", module)
                    .contains("<classifier>exec</classifier>");
        }
    }

    @Test
    void itRunsAsNobodyInParticularAndInTheFolderOfTheSettings() {
        assertThat(userOfImage()).isGreaterThanOrEqualTo(10_000);
        assertThat(Path.of(only("(?m)^WORKDIR (/app)$")).resolve("config/application.yaml"))
                .isEqualTo(Path.of(MountedSettings.FILE));
        // The last word on who it runs as comes before what it runs.
        assertThat(text().lastIndexOf("\nUSER ")).isLessThan(text().indexOf("\nENTRYPOINT "));
        Pattern.compile("\"(-XX:[^\"]+)\"")
                .matcher(only("(?m)^ENTRYPOINT (.*)$"))
                .results()
                .map(option -> option.group(1))
                .forEach(JvmOptions::requireKnown);
    }

    /** As CycloneDX, which a build leaves out unless it is asked for. */
    @Test
    void everyImageHasTheListOfWhatItIsMadeOf() throws IOException {
        assertThat(only("(?m)^ .*-Dmaven\\.test\\.skip=true.* -Dcyclonedx\\.phase=(\\S+) package$"))
                .isEqualTo("prepare-package");
        for (DeployedService service : DeployedService.values()) {
            Path module = REPOSITORY.resolve(service == DeployedService.SETUP ? "infra/setup" : service.serviceName());
            assertThat(Files.readString(module.resolve("pom.xml")))
                    .contains("<artifactId>cyclonedx-maven-plugin</artifactId>");
        }
    }

    @Test
    void noSecretGetsIntoTheBuild() throws IOException {
        assertThat(Files.readAllLines(REPOSITORY.resolve("infra/Dockerfile.dockerignore")))
                .contains("infra/compose/secrets", "infra/.data", ".git");
        assertThat(Files.readAllLines(REPOSITORY.resolve(".gitignore"))).contains("infra/compose/secrets/");
    }

    private static String only(String pattern) {
        List<MatchResult> found =
                Pattern.compile(pattern).matcher(text()).results().toList();
        assertThat(found).as(pattern).hasSize(1);
        return found.get(0).group(1);
    }

    private static String text() {
        try {
            return Files.readString(DOCKERFILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
