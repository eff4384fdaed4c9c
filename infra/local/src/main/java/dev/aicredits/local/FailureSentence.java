package dev.aicredits.local;

import dev.aicredits.embedded.StartupFailure;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.PortInUseException;

/** What a failure means to the person at the terminal: one line, the details are in the log. */
final class FailureSentence {
    private FailureSentence() {}

    static String of(Throwable failure, UpOptions options, @Nullable Path logFile) {
        Throwable root = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StartupFailure) {
                return String.valueOf(cause.getMessage());
            }
            if (cause instanceof PortInUseException inUse) {
                return "port " + inUse.getPort() + " is in use: choose another with "
                        + (inUse.getPort() == options.stripePort() ? UpOptions.STRIPE_PORT : UpOptions.PORT);
            }
            if (StartupFailure.isDiskFull(String.valueOf(cause.getMessage()))) {
                return String.valueOf(StartupFailure.diskFull(options.data()).getMessage());
            }
            root = cause;
        }
        String sentence = "could not start: "
                + String.valueOf(root.getMessage()).lines().findFirst().orElse(root.toString());
        return logFile == null ? sentence : sentence + " (details in " + logFile + ")";
    }
}
