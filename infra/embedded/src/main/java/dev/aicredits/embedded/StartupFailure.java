package dev.aicredits.embedded;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The reason, as one sentence for the person at the terminal, why the database or the broker cannot start here.
 *
 * <p>Nothing was left running, and no data was touched.
 */
public final class StartupFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StartupFailure(String sentence) {
        super(sentence);
    }

    public StartupFailure(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }

    public static StartupFailure portInUse(int port, String portOption) {
        return new StartupFailure("port " + port + " is in use: choose another with " + portOption);
    }

    public static StartupFailure diskFull(Path folder) {
        return new StartupFailure("the disk of " + folder + " is full: free some space or choose another data folder");
    }

    /** What {@code failure} in {@code folder} means; a full disk has its own sentence. */
    public static StartupFailure of(Path folder, IOException failure) {
        if (isDiskFull(String.valueOf(failure.getMessage()))) {
            return diskFull(folder);
        }
        return new StartupFailure("cannot use the data folder " + folder + ": " + failure, failure);
    }

    /** Whether {@code message}, of the JDK or of a program we ran, says ENOSPC or EDQUOT. */
    public static boolean isDiskFull(String message) {
        return message.contains("No space left on device") || message.contains("Disk quota exceeded");
    }
}
