package dev.aicredits.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HelpTest {
    @TempDir
    Path folder;

    /** The script prints a file, because it must answer before anything is built. After a change, put this there. */
    @Test
    void scriptPrintsTheHelpOfTheCommandFromAnywhereAndThroughALink() throws IOException, InterruptedException {
        Path link =
                Files.createSymbolicLink(folder.resolve("up"), Path.of("../up").toRealPath());
        Process process = new ProcessBuilder(link.toString(), "--help")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(printed).isEqualTo(Up.commandLine().getUsageMessage());
    }
}
