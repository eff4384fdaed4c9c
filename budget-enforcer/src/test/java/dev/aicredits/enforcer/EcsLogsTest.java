package dev.aicredits.enforcer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.control.Target;
import dev.aicredits.embedded.JvmProcess;
import dev.aicredits.testkit.Patience;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the service writes, as it ships, where its log is to be JSON of the Elastic Common Schema. */
class EcsLogsTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    @TempDir
    Path folder;

    @Test
    void eachLineIsAnObjectOfTheSchemaWithOurKeyValuesAndItsTrace() throws Exception {
        Path log = folder.resolve("out");
        try (EnforcerSystem system = EnforcerSystem.create(Instant.now())) {
            system.open("org_traced", 1_000, "ag_first", "ag_traced");
            system.limit("org_traced", "ag_traced", 10L);
            system.limit("org_traced", "ag_first", 10L);
            // Its stop tells that the process has looked at what was there.
            system.open("org_without_credits", 0);
            Process process = start(system.settings(), log);
            try {
                system.awaitSignal(Target.organization("org_without_credits"), 1);
                // It looks once more when the group has given it partitions, and may find this one then.
                system.use("org_traced", "ag_first", null, 10);
                system.awaitSignal(Target.agent("org_traced", "ag_first"), 1);
                system.traced("00-" + TRACE + "-00f067aa0ba902b7-01");
                system.use("org_traced", "ag_traced", null, 10);
                system.awaitSignal(Target.agent("org_traced", "ag_traced"), 1);
                Patience.awaitTrue(
                        "the stop is logged", () -> Files.readString(log).contains("ag_traced"));
            } finally {
                process.destroy();
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
        }

        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            lines.add(STRICT.readTree(line));
        }
        assertThat(lines).isNotEmpty().allSatisfy(EcsLogsTest::assertOfTheSchema);
        JsonNode stop = lines.stream()
                .filter(line -> line.path("agent").asString("").equals("ag_traced"))
                .findFirst()
                .orElseThrow();
        assertThat(stop.path("message").asString()).isEqualTo("stopped");
        assertThat(stop.path("organization").asString()).isEqualTo("org_traced");
        assertThat(stop.path("cause").asString()).isEqualTo("usage");
        assertThat(stop.path("trace.id").asString()).as(stop.toString()).isEqualTo(TRACE);
        assertThat(stop.path("span.id").asString()).matches("[0-9a-f]{16}");
    }

    private static void assertOfTheSchema(JsonNode line) {
        assertThat(Instant.parse(line.path("@timestamp").asString())).isNotNull();
        assertThat(line.at("/log/level").asString()).isIn("INFO", "WARN", "ERROR");
        assertThat(line.at("/log/logger").asString()).isNotBlank();
        assertThat(line.at("/process/pid").isIntegralNumber()).isTrue();
        assertThat(line.at("/process/thread/name").asString()).isNotBlank();
        assertThat(line.at("/service/name").asString()).isEqualTo("budget-enforcer");
        assertThat(line.path("message").isString()).isTrue();
        assertThat(line.at("/ecs/version").asString()).startsWith("8.");
    }

    /** With the class path that it ships with: what tests log by is not on it. */
    private static Process start(Map<String, String> settings, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JvmProcess.SHORT_LIVED);
        command.add(BudgetEnforcerApplication.class.getName());
        Map<String, String> all = new HashMap<>(settings);
        all.put("logging.structured.format.console", "ecs");
        all.put("management.opentelemetry.enabled", "true");
        // Only the hint is to lead to the stop: a sweep has no trace, and one follows when partitions move.
        all.put(TestSettings.PREFIX + ".concurrency", "1");
        all.put(TestSettings.PREFIX + ".sweep-interval", "30s");
        all.put(TestSettings.PREFIX + ".cover-interval", "30s");
        all.forEach((name, value) -> command.add("--" + name + "=" + value));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(log.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment()
                .put(
                        "CLASSPATH",
                        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                                .filter(entry -> !entry.contains("testkit") && !entry.contains("test-classes"))
                                .collect(Collectors.joining(File.pathSeparator)));
        return builder.start();
    }
}
