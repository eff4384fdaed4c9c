package dev.aicredits.local;

import java.io.PrintStream;

/**
 * What the person who started us sees: lines that stay and, on a real terminal, one status line below them that is
 * rewritten. Threads may share it.
 */
final class Terminal {
    private static final int COLUMNS_DEFAULT = 80;
    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean interactive;
    private final int columns;
    private final long startedAtNanos = System.nanoTime();
    private String status = "";

    Terminal(PrintStream out, boolean interactive, int columns) {
        this.out = out;
        this.interactive = interactive;
        this.columns = columns;
    }

    /** Standard output; the script that started us knows whether that is a terminal, Java 17 can't. */
    static Terminal ofThisProcess() {
        return new Terminal(
                System.out,
                Boolean.getBoolean("aicredits.terminal"),
                Integer.getInteger("aicredits.columns", COLUMNS_DEFAULT));
    }

    boolean isInteractive() {
        return interactive;
    }

    /** Prints a line above the status. */
    synchronized void line(String line) {
        if (!status.isEmpty()) {
            out.print(ERASE_LINE);
        }
        out.println(line);
        out.print(status);
        out.flush();
    }

    /** Prints what was just done, with the seconds since the start. */
    void step(String done) {
        line("%7s s  %s".formatted(seconds(), done));
    }

    /** Seconds since the start, with one decimal. */
    String seconds() {
        long tenths = (System.nanoTime() - startedAtNanos) / 100_000_000;
        return tenths / 10 + "." + tenths % 10;
    }

    /** Replaces the status line; nothing where there is no terminal. */
    synchronized void status(String text) {
        if (interactive && !(text.isEmpty() && status.isEmpty())) {
            // One column stays free: a full line would wrap and could not be erased.
            status = text.length() < columns ? text : text.substring(0, Math.max(0, columns - 1));
            out.print(ERASE_LINE + status);
            out.flush();
        }
    }
}
