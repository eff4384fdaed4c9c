package dev.aicredits.consumer.chaos;

import dev.aicredits.consumer.UsageConsumerApplication;
import dev.aicredits.embedded.JvmProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A usage consumer in a JVM of its own. */
final class Worker implements AutoCloseable {

    private static final String LAUNCHED = "launched";

    private final String name;
    private final JvmProcess process;
    private @Nullable Process freezer;

    private Worker(String name, JvmProcess process) {
        this.name = name;
        this.process = process;
    }

    /** Launches the consumer as it ships and returns at once: that it runs shows in what it books. */
    static Worker launch(String name, List<String> settings) {
        return new Worker(name, JvmProcess.start(Shipped.class, JvmProcess.SHORT_LIVED, settings, LAUNCHED::equals));
    }

    /** As {@link #launch}, for a worker that halts at {@code step}. */
    static Worker launchHalting(Step step, List<String> settings) {
        List<String> arguments = new ArrayList<>(List.of(step.name()));
        arguments.addAll(settings);
        JvmProcess process = JvmProcess.start(HaltingWorker.class, JvmProcess.SHORT_LIVED, arguments, LAUNCHED::equals);
        return new Worker("worker that halts " + step, process);
    }

    /** The application that ships, announced before it starts. */
    public static final class Shipped {
        private Shipped() {}

        public static void main(String[] arguments) {
            announce();
            UsageConsumerApplication.main(arguments);
        }
    }

    /** Tells the test that the JVM runs. */
    static void announce() {
        System.out.println(LAUNCHED);
    }

    String name() {
        return name;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL; returns when it is gone. */
    void kill() {
        process.kill();
    }

    /**
     * SIGSTOP, until {@link #thaw}. A shell that waits for the end of its input sends the SIGCONT, so that a frozen
     * worker wakes, and finds that it has to end, even when this JVM is killed.
     */
    void freeze() {
        try {
            Process shell = new ProcessBuilder(
                            "sh",
                            "-c",
                            "kill -STOP \"$1\" && echo frozen && read -r _; kill -CONT \"$1\"",
                            "sh",
                            Long.toString(process.pid()))
                    .start();
            String answer = shell.inputReader().readLine();
            if (!"frozen".equals(answer)) {
                throw new IllegalStateException(name + " could not be frozen");
            }
            freezer = shell;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGCONT; returns once it is sent. */
    void thaw() {
        Process shell = freezer;
        if (shell == null) {
            return;
        }
        freezer = null;
        try {
            shell.outputWriter().close();
            shell.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + name + " was continued", e);
        }
    }

    /** SIGTERM: it finishes its batch, commits, and leaves the group; returns when it is gone. */
    @Override
    public void close() {
        thaw();
        process.close();
    }
}
