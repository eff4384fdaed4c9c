package dev.aicredits.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.embedded.TopicDeclaration;
import dev.aicredits.embedded.TopicFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code SECURITY.md} says of parts, secrets, topics and tests is so. */
class SecurityTest {
    private static final Path REPOSITORY = Path.of("../..");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");
    private static final Pattern NAMED_TEST = Pattern.compile("`([A-Z]\\w*Test)\\.(\\w+)`");
    private static final Pattern TOPIC = Pattern.compile("`((?:agent|billing|stripe)\\.[a-z.-]+\\.v1(?:-dlt)?)`");
    private static final String INTERNET = "the internet by 443";

    @ParameterizedTest
    @EnumSource(DeployedService.class)
    void whatAPartMayReachIsWhatItsPolicySays(DeployedService service) {
        NetworkPolicySpec policy = Manifests.folder(service)
                .named(NetworkPolicy.class, service.serviceName())
                .getSpec();
        List<String> row = row("What each part may reach", service);

        assertThat(peers(row.get(1)))
                .isEqualTo(peers(policy.getIngress().stream().flatMap(rule -> rule.getFrom().stream())));
        assertThat(peers(row.get(2)))
                .isEqualTo(peers(policy.getEgress().stream().flatMap(rule -> rule.getTo().stream())));
    }

    @ParameterizedTest
    @EnumSource(DeployedService.class)
    void theSecretsOfAPartAreThoseThatItIsGiven(DeployedService service) {
        assertThat(names(row("Which secrets it has", service).get(1)))
                .isEqualTo(Manifests.secrets(service).stream()
                        .flatMap(secret -> secret.getItems().stream())
                        .map(KeyToPath::getPath)
                        .collect(Collectors.toSet()));
    }

    @ParameterizedTest
    @EnumSource(DeployedService.class)
    void itSaysOfEachSecretWhatItOpens(DeployedService service) {
        List<String> headings =
                text().lines().filter(line -> line.startsWith("### ")).toList();
        // In the application's section, as it is the same password.
        Set<String> secrets = names(row("Which secrets it has", service).get(1));
        secrets.remove("aicredits.setup.app-password");
        assertThat(secrets)
                .allSatisfy(secret -> assertThat(headings).anyMatch(line -> line.contains("`" + secret + "`")));
    }

    @Test
    void eachTestThatItNamesIsThere() throws IOException {
        Map<String, String> sources = testSources();
        List<MatchResult> named = NAMED_TEST.matcher(text()).results().toList();
        assertThat(named).hasSizeGreaterThan(50);
        for (MatchResult test : named) {
            assertThat(sources.getOrDefault(test.group(1), ""))
                    .as(test.group())
                    .containsPattern("(void|ArchRule) " + test.group(2) + "\\b");
        }
    }

    @Test
    void eachTopicThatItNamesIsThereAndNoneIsLeftOut() {
        Set<String> declared = TopicFile.read(REPOSITORY.resolve("infra/topics.yaml")).stream()
                .map(TopicDeclaration::name)
                .collect(Collectors.toSet());
        assertThat(TOPIC.matcher(text()).results().map(topic -> topic.group(1)).collect(Collectors.toSet()))
                .isEqualTo(declared);
    }

    @Test
    void whatWeUseIsKeptUpToDate() {
        Map<?, ?> file = Yaml.one(REPOSITORY.resolve(".github/dependabot.yml"));
        assertThat((List<?>) file.get("updates"))
                .extracting(update ->
                        ((Map<?, ?>) update).get("package-ecosystem") + " " + ((Map<?, ?>) update).get("directory"))
                .containsExactlyInAnyOrder(
                        "maven /", "github-actions /", "docker /infra", "docker-compose /infra/compose");
        assertThat(REPOSITORY.resolve("pom.xml")).isRegularFile();
        assertThat(REPOSITORY.resolve("infra/Dockerfile")).isRegularFile();
        assertThat(REPOSITORY.resolve("infra/compose/compose.yaml")).isRegularFile();
    }

    private static Set<String> peers(String cell) {
        Set<String> peers = names(cell);
        if (cell.contains(INTERNET)) {
            peers.add(INTERNET);
        }
        return peers;
    }

    private static Set<String> peers(Stream<NetworkPolicyPeer> peers) {
        return peers.map(SecurityTest::peer).collect(Collectors.toSet());
    }

    private static String peer(NetworkPolicyPeer peer) {
        if (peer.getIpBlock() != null) {
            return INTERNET;
        }
        return (peer.getNamespaceSelector() == null ? peer.getPodSelector() : peer.getNamespaceSelector())
                .getMatchLabels()
                .values()
                .iterator()
                .next();
    }

    private static Set<String> names(String cell) {
        return NAME.matcher(cell).results().map(name -> name.group(1)).collect(Collectors.toCollection(HashSet::new));
    }

    /** The cells of a part's row in the table under a heading. */
    private static List<String> row(String heading, DeployedService service) {
        String rest = text().split("\n## " + heading + "\n", 2)[1];
        String section = rest.split("\n## ", 2)[0];
        String start = "| `" + service.serviceName() + "` |";
        List<String> rows =
                section.lines().filter(line -> line.startsWith(start)).toList();
        assertThat(rows).as("%s under %s", start, heading).hasSize(1);
        return List.of(rows.get(0).substring(2).split("\\|"));
    }

    /** Of each test class its text; of two of one name both. */
    private static Map<String, String> testSources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        Files.walkFileTree(REPOSITORY, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = String.valueOf(folder.getFileName());
                boolean isOurs =
                        !name.equals("target") && !name.equals("main") && !(name.startsWith(".") && name.length() > 2);
                return isOurs ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith("Test.java")) {
                    sources.merge(name.replace(".java", ""), Files.readString(file), String::concat);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return sources;
    }

    private static String text() {
        try {
            return Files.readString(REPOSITORY.resolve("SECURITY.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
