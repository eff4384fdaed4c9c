package dev.aicredits.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code infra/up} says of itself: its help, and what to try once it is up. */
class HelpTest {
    private static final Path INFRA = Path.of("..").toAbsolutePath().normalize();
    private static final String HELP = Up.commandLine().getUsageMessage();

    @TempDir
    Path folder;

    private DataHome home;
    private DemoEnv demoEnv;

    @BeforeEach
    void openDataFolder() {
        home = DataHome.open(folder.resolve("data"));
        demoEnv = new DemoEnv(
                "127.0.0.1:19092",
                "postgresql://aicredits_reader:secret@127.0.0.1:25432/aicredits",
                "http://127.0.0.1:18080",
                DemoKeys.of(home),
                "http://127.0.0.1:22111");
    }

    @AfterEach
    void closeDataFolder() {
        home.close();
    }

    /** The script prints a file, because it must answer before anything is built. After a change, put this there. */
    @Test
    void scriptPrintsTheHelpOfTheCommandFromAnywhereAndThroughALink() throws IOException, InterruptedException {
        Path link = Files.createSymbolicLink(folder.resolve("up"), INFRA.resolve("up"));
        Process process = new ProcessBuilder(link.toString(), "--help")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(printed).isEqualTo(HELP);
    }

    @Test
    void everyVariableOfDemoEnvIsNamed() {
        List<String> variables = matches("(?m)^export (\\w+)=", demoEnv.content());
        assertThat(variables).contains("DATABASE_URL", "LOCAL_STRIPE_URL");
        assertThat(matches("(\\w+)", HELP)).containsAll(variables);
    }

    @Test
    void everyCommandBesideItIsNamed() throws IOException {
        List<String> commands;
        try (Stream<Path> files = Files.list(INFRA)) {
            commands = files.filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                    .map(file -> file.getFileName().toString())
                    .toList();
        }
        assertThat(matches("infra/(\\w+)", HELP)).contains("up").containsAll(commands);
    }

    @Test
    void nextStepsNameThePortsOfThisRunAndCommandsThatAreThere() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(new PrintStream(out, true, UTF_8), false, 80);
        NextSteps.print(terminal, INFRA, home, demoEnv, Clock.systemUTC());
        String printed = out.toString(UTF_8);

        assertThat(matches("(http://[0-9.]+:\\d+)", printed)).containsOnly(demoEnv.url(), demoEnv.localStripeUrl());
        assertThat(printed).contains("source " + home.demoEnv());
        assertThat(matches(Pattern.quote(INFRA + "/") + "(\\w+)", printed))
                .isNotEmpty()
                .allSatisfy(command -> assertThat(INFRA.resolve(command)).isExecutable());
    }

    private static List<String> matches(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }
}
