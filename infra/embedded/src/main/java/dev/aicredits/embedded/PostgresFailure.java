package dev.aicredits.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What PostgreSQL's own messages mean to the person who started it. */
final class PostgresFailure {
    private static final Pattern ERROR =
            Pattern.compile("(FATAL: |PANIC: |error: |invalid value |unrecognized |syntax error ).*");

    private PostgresFailure() {}

    /** The sentence for a program that failed in {@code folder} and printed {@code output}. */
    static StartupFailure of(Path folder, String output) {
        if (StartupFailure.isDiskFull(output)) {
            return StartupFailure.diskFull(folder);
        }
        if (output.contains("unshare failed")) {
            return new StartupFailure(
                    "PostgreSQL refuses to run as root or as a user without a name, and this system does"
                            + " not allow `unshare -U`: start as another user");
        }
        return new StartupFailure("PostgreSQL did not start in " + folder + ": " + firstError(output));
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

    /** What comes after the first error follows from it. The rest of that line is its time and process. */
    private static String firstError(String output) {
        Matcher error = ERROR.matcher(output);
        if (error.find()) {
            return error.group();
        }
        return output.lines().reduce((first, second) -> second).orElse("it printed nothing");
    }
}
