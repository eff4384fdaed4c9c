package dev.aicredits.cli;

import java.io.PrintStream;

/** A line on a terminal that says what we wait for, and is gone when we are done. Without a terminal, nothing. */
final class Progress {

    private static final String WIPE = "\r\u001b[K";

    private final PrintStream err;
    private final boolean terminal;
    private boolean shown;

    Progress(PrintStream err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    void show(String line) {
        if (terminal) {
            err.print(WIPE + Printable.of(line));
            err.flush();
            shown = true;
        }
    }

    void clear() {
        if (shown) {
            err.print(WIPE);
            err.flush();
            shown = false;
        }
    }
}
