package dev.aicredits.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What PostgreSQL's own messages mean to the person who started it. */
final class PostgresFailure {
    private PostgresFailure() {}

    /** The sentence for a program that failed in {@code folder} and printed {@code output}. */
    static StartupFailure of(Path folder, String output) {
        if (StartupFailure.isDiskFull(output)) {
            return StartupFailure.diskFull(folder);
        }
        if (output.contains("cannot be run as root")) {
            return new StartupFailure("PostgreSQL refuses to run as root, and this system does not allow `unshare -U`:"
                    + " start as another user");
        }
        return new StartupFailure("PostgreSQL did not start in " + folder + ": " + lastError(output));
    }

    /** Whether the server could not take its port. */
    static boolean isPortInUse(String output) {
        return output.contains("Address already in use");
    }

    static String read(Path log) {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String lastError(String output) {
        return output.lines()
                .filter(line -> line.contains("FATAL:") || line.contains("error:") || line.contains("PANIC:"))
                .reduce((first, second) -> second)
                .or(() -> output.lines().reduce((first, second) -> second))
                .orElse("it printed nothing")
                .strip();
    }
}
