package dev.aicredits.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bin/mcpstack with the packaged jar, in a folder of its own. */
class LaunchTest {

    /** Of processor time: by the clock it depends on what else the machine does. */
    private static final Duration QUICK = Duration.ofSeconds(1);

    /** What is quick on a machine on which a second is too short: so many starts of a JVM that does nothing. */
    private static final int BARE_STARTS = 12;

    private static final int TRIES = 5;
    private static final int PATIENCE_S = 30;

    /** SIGINT, which is 2, in the mask of a process's ignored signals. */
    private static final long SIGINT_BIT = 1L << 1;

    @TempDir
    private static Path home;

    private static FakeApi api;
    private static Path script;
    private static int runs;
    private static @Nullable Duration bareStart;

    private record Ended(int exitCode, String out, String err) {}

    @BeforeAll
    static void install() throws IOException {
        api = new FakeApi().on("GET /cli/whoami", "whoami.json");
        script = install("checkout");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static Path install(String folder) throws IOException {
        Path bin = Files.createDirectories(home.resolve(folder).resolve("cli/bin"));
        Path target = Files.createDirectories(home.resolve(folder).resolve("cli/target"));
        Files.copy(Path.of("target/mcpstack.jar"), target.resolve("mcpstack.jar"));
        Path copy = Files.copy(Path.of("bin/mcpstack"), bin.resolve("mcpstack"));
        assertThat(copy.toFile().setExecutable(true)).isTrue();
        return copy;
    }

    @Test
    void startsFromItsArchiveWithinASecond() throws IOException, InterruptedException {
        Ended first = run(script, Map.of(), "--help");
        assertThat(first.exitCode()).isZero();
        assertThat(first.out()).contains("Usage: mcpstack");
        assertThat(first.err()).isEmpty();

        Ended logged = run(script, Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load"), "whoami");
        assertThat(logged.out().lines().filter(line -> line.contains("dev.aicredits.cli.Api ")))
                .singleElement()
                .asString()
                .contains("shared objects file");

        assertQuick("--help");
        assertQuick("whoami", "--json");
    }

    @Test
    void startsWhereNoArchiveCanBeWritten() throws IOException, InterruptedException {
        Path other = install("unwritable");
        Files.createFile(other.resolveSibling("../target/archives").normalize());
        Ended ended = run(other, Map.of("XDG_CACHE_HOME", "/dev/null"), "whoami", "--output", "yaml");
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).contains("principalId: \"user_olga\"");
        assertThat(ended.err()).isEmpty();
    }

    @Test
    void worksThroughALinkAndPassesExitCodesAndCompletionOn() throws IOException, InterruptedException {
        Path link = Files.createSymbolicLink(home.resolve("mcpstack"), script);
        assertThat(run(link, Map.of("MCPSTACK_API_KEY", "wrong"), "whoami").exitCode())
                .isEqualTo(3);

        Ended completion = run(link, Map.of(), "generate-completion");
        Path file = Files.writeString(home.resolve("completion"), completion.out());
        assertThat(new ProcessBuilder("bash", "-c", "source " + file + " && complete -p mcpstack")
                        .redirectOutput(home.resolve("completed").toFile())
                        .start()
                        .waitFor())
                .isZero();
        assertThat(completion.out()).contains("reconcile", "api-keys");
    }

    @Test
    void anInterruptEndsItQuietly() throws IOException, InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        try (FakeApi slow = new FakeApi().with(exchange -> asked.countDown())) {
            Path err = home.resolve("interrupted");
            Process process = start(
                    script,
                    Map.of("MCPSTACK_API_URL", "http://127.0.0.1:" + slow.port()),
                    home.resolve("nothing"),
                    err,
                    "whoami");
            assertThat(asked.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
            // What runs in a shell's background is started with interrupts ignored, and so is all that it starts.
            boolean deaf = ignoresInterrupts(process);
            new ProcessBuilder("kill", deaf ? "-TERM" : "-INT", String.valueOf(process.pid())).start();
            assertThat(process.waitFor()).isEqualTo(deaf ? 143 : 130);
            assertThat(err).isEmptyFile();
        }
    }

    private static boolean ignoresInterrupts(Process process) throws IOException {
        Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
        if (!Files.exists(status)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .anyMatch(line -> (Long.parseUnsignedLong(
                                            line.substring("SigIgn:".length()).strip(), 16)
                                    & SIGINT_BIT)
                            != 0);
        }
    }

    /** In one of its tries: the rest are left out then, as are those of a bare JVM where a second is enough. */
    private static void assertQuick(String... arguments) throws IOException, InterruptedException {
        Duration took = processorTime(script, arguments);
        for (int tries = 1; tries < TRIES && !isQuick(took); tries++) {
            took = processorTime(script, arguments);
        }
        assertThat(isQuick(took)).as("took %s, a bare JVM %s", took, bareStart).isTrue();
    }

    private static boolean isQuick(Duration took) throws IOException, InterruptedException {
        return took.compareTo(QUICK) < 0 || took.compareTo(bareStart().multipliedBy(BARE_STARTS)) < 0;
    }

    private static Duration bareStart() throws IOException, InterruptedException {
        Duration quickest = bareStart;
        if (quickest == null) {
            quickest = Duration.ofDays(1);
            for (int tries = 0; tries < TRIES; tries++) {
                Duration took = processorTime(Path.of(System.getProperty("java.home"), "bin", "java"), "--version");
                quickest = took.compareTo(quickest) < 0 ? took : quickest;
            }
            bareStart = quickest;
        }
        return quickest;
    }

    /** What a run that succeeds takes of the processors, its own and the system's on its behalf. */
    private static Duration processorTime(Path file, String... arguments) throws IOException, InterruptedException {
        List<String> timed =
                new ArrayList<>(List.of("-c", "TIMEFORMAT='%U %S'; time \"$0\" \"$@\" > /dev/null", file.toString()));
        timed.addAll(List.of(arguments));
        Ended ended = run(Path.of("bash"), Map.of("LC_ALL", "C"), timed.toArray(String[]::new));
        assertThat(ended.exitCode()).isZero();
        return Stream.of(ended.err().strip().split(" "))
                .map(seconds -> Duration.ofMillis(
                        new BigDecimal(seconds).movePointRight(3).longValueExact()))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static Ended run(Path file, Map<String, String> more, String... arguments)
            throws IOException, InterruptedException {
        Path out = home.resolve("out-" + ++runs);
        Path err = home.resolve("err-" + runs);
        int exitCode = start(file, more, out, err, arguments).waitFor();
        return new Ended(exitCode, Files.readString(out, UTF_8), Files.readString(err, UTF_8));
    }

    private static Process start(Path file, Map<String, String> more, Path out, Path err, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(file.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder process =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        process.environment().put("MCPSTACK_API_URL", "http://127.0.0.1:" + api.port());
        process.environment().put("MCPSTACK_API_KEY", FakeApi.KEY);
        process.environment().put("JAVA_HOME", System.getProperty("java.home"));
        process.environment().put("XDG_CACHE_HOME", home.resolve("cache").toString());
        process.environment().putAll(more);
        return process.start();
    }
}
