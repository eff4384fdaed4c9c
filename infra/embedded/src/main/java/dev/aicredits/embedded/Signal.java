package dev.aicredits.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The signals that servers are stopped, killed and frozen with. The JDK itself only knows TERM and KILL. */
enum Signal {
    INT,
    QUIT,
    TERM,
    KILL,
    STOP,
    CONT;

    /** Sends it; a process that is already gone is no error. */
    void send(long pid) {
        try {
            // kill is a builtin of every shell, and a program of its own only on some systems.
            new ProcessBuilder("sh", "-c", "kill -" + name() + " " + pid)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while signalling " + pid, e);
        }
    }
}
