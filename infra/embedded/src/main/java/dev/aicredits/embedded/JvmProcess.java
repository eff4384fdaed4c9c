package dev.aicredits.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A main class running in a JVM of its own with this JVM's class path, that can be killed, frozen and stopped.
 *
 * <p>It ends with this JVM, however that dies. Unless it has a log, its standard error is ours; its standard output too,
 * from the ready line on.
 */
public final class JvmProcess implements AutoCloseable {
    /**
     * For a JVM whose start is most of its life: little compiled, our own classes not verified once more, and nothing
     * collected because of how many classes it loads.
     */
    public static final List<String> SHORT_LIVED = List.of(
            "-Xmx256m",
            "-Xms128m",
            "-Xmn96m",
            "-XX:MetaspaceSize=128m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-XX:-UsePerfData",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:-BytecodeVerificationRemote");

    /**
     * A shell ignores SIGINT in what it starts in the background, all that comes of it inherits that, and a JVM that begins
     * so never takes the signal. Where env can't set it right, it is left as it is.
     */
    private static final String HEEDING_SIGINT = """
            heeding='env --default-signal=INT'
            $heeding true 2>/dev/null || heeding=
            exec $heeding "$@"
            """;

    private static final Duration READY_MAX = Duration.ofMinutes(3);
    private static final Duration STOP_MAX = Duration.ofSeconds(20);

    private final Process process;
    private final String readyLine;

    private JvmProcess(Process process, String readyLine) {
        this.process = process;
        this.readyLine = readyLine;
    }

    /**
     * Starts {@code mainClass} and returns once it printed a line that {@code ready} accepts.
     *
     * @param jvmOptions such as {@code -Xmx512m}
     * @throws IllegalStateException if it ends before, or takes more than three minutes
     */
    public static JvmProcess start(
            Class<?> mainClass, List<String> jvmOptions, List<String> arguments, Predicate<String> ready) {
        return start(launch(mainClass, jvmOptions, arguments, false), mainClass, ready, null);
    }

    /**
     * As {@link #start(Class, List, List, Predicate)}, but all that it prints is added to the file {@code log}, line by line
     * as it comes, and nothing is printed here.
     */
    public static JvmProcess start(
            Class<?> mainClass, List<String> jvmOptions, List<String> arguments, Predicate<String> ready, Path log) {
        return start(launch(mainClass, jvmOptions, arguments, true), mainClass, ready, log);
    }

    private static JvmProcess start(Process process, Class<?> mainClass, Predicate<String> ready, @Nullable Path log) {
        CompletableFuture<String> readyLine = new CompletableFuture<>();
        Thread reader = new Thread(() -> copyOutput(process, ready, readyLine, log), "output-of-" + process.pid());
        reader.setDaemon(true);
        reader.start();
        try {
            return new JvmProcess(process, readyLine.get(READY_MAX.toSeconds(), TimeUnit.SECONDS));
        } catch (TimeoutException | ExecutionException e) {
            process.destroyForcibly();
            throw new IllegalStateException(mainClass.getName() + " did not become ready", e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + mainClass.getName() + " started", e);
        }
    }

    private static Process launch(
            Class<?> mainClass, List<String> jvmOptions, List<String> arguments, boolean together) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", HEEDING_SIGINT, "sh"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.add(ChildMain.class.getName());
        command.add(Long.toString(ProcessHandle.current().pid()));
        command.add(mainClass.getName());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        if (together) {
            builder.redirectErrorStream(true);
        } else {
            builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        }
        // A class path may be longer than a command line.
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copyOutput(
            Process process, Predicate<String> ready, CompletableFuture<String> readyLine, @Nullable Path log) {
        StringBuilder before = new StringBuilder();
        try (BufferedReader reader = process.inputReader();
                PrintStream copy = log == null
                        ? null
                        : new PrintStream(
                                Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                                true,
                                StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (copy != null) {
                    copy.println(line);
                }
                if (readyLine.isDone()) {
                    if (copy == null) {
                        System.out.println(line);
                    }
                } else if (ready.test(line)) {
                    readyLine.complete(line);
                } else {
                    before.append(line).append('\n');
                }
            }
        } catch (IOException e) {
            before.append(e);
        }
        readyLine.completeExceptionally(new IllegalStateException("it ended after it printed: " + before));
    }

    /** The line that said it is ready. */
    public String readyLine() {
        return readyLine;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL; returns when it is gone. */
    public void kill() {
        process.destroyForcibly();
        await(STOP_MAX);
    }

    /** SIGSTOP: it stands still, with its connections open, until {@link #resume}. */
    public void suspend() {
        Signal.STOP.send(pid());
    }

    /** SIGCONT. */
    public void resume() {
        Signal.CONT.send(pid());
    }

    /**
     * SIGTERM; returns the code that it exits with.
     *
     * @throws IllegalStateException if it does not end by itself within 20 seconds; it is killed then
     */
    public int terminate() {
        return end(Signal.TERM);
    }

    /** As {@link #terminate}, but by SIGINT, which is what Ctrl-C sends. */
    public int interrupt() {
        return end(Signal.INT);
    }

    private int end(Signal signal) {
        signal.send(pid());
        if (!await(STOP_MAX)) {
            kill();
            throw new IllegalStateException(
                    "process " + pid() + " did not end within " + STOP_MAX.toSeconds() + " s of SIG" + signal);
        }
        return process.exitValue();
    }

    /** SIGTERM, and SIGKILL if that has no effect within 20 seconds; returns when it is gone. */
    @Override
    public void close() {
        resume();
        process.destroy();
        if (!await(STOP_MAX)) {
            kill();
        }
    }

    private boolean await(Duration max) {
        try {
            return process.waitFor(max.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while process " + pid() + " ended", e);
        }
    }
}
