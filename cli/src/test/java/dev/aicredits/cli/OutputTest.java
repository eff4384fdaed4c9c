package dev.aicredits.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OutputTest {

    @Test
    void theReadmeHasEveryExitCode() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        List<String> documented = readme.lines()
                .filter(line -> line.matches("\\| \\d+ \\|.*"))
                .map(line -> line.split("\\|", -1)[1].strip())
                .toList();
        assertThat(documented)
                .isEqualTo(Arrays.stream(ExitCode.values())
                        .map(code -> String.valueOf(code.number()))
                        .collect(Collectors.toList()));
    }

    @Test
    void helpNeedsNoEnvironment() {
        for (String line : List.of("--help", "agents budget --help", "billing wait -h", "--version")) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            int exitCode =
                    Mcpstack.run(line.split(" "), Map.of(), out, OutputStream.nullOutputStream(), false, Limits.USUAL);
            assertThat(exitCode).as(line).isZero();
            assertThat(out.toString(UTF_8)).contains("mcpstack").doesNotContain("Exception");
        }
    }

    @Test
    void outputThatCantBeWrittenIsAFailure() throws IOException {
        assertThat(intoBroken("No space left on device")).isEqualTo(ExitCode.UNAVAILABLE.number());
        assertThat(intoBroken("Broken pipe")).isEqualTo(ExitCode.OUTPUT_CLOSED.number());
    }

    private static int intoBroken(String why) throws IOException {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(why);
            }
        };
        try (FakeApi api = new FakeApi().on("GET /cli/whoami", "whoami.json")) {
            Map<String, String> environment =
                    Map.of(Settings.URL, "http://127.0.0.1:" + api.port(), Settings.KEY, FakeApi.KEY);
            return Mcpstack.run(
                    new String[] {"whoami"}, environment, broken, OutputStream.nullOutputStream(), false, Limits.USUAL);
        }
    }
}
