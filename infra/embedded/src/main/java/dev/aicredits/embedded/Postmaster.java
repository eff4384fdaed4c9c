package dev.aicredits.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The operating system's processes of one PostgreSQL data directory: which there are, and how they end. */
final class Postmaster {
    /** A fast shutdown writes a checkpoint of all of shared_buffers. */
    private static final Duration FAST_STOP_MAX = Duration.ofSeconds(30);

    /** An immediate shutdown gives its children five seconds. */
    private static final Duration IMMEDIATE_STOP_MAX = Duration.ofSeconds(10);

    private static final Duration CHILD_STOP_MAX = Duration.ofSeconds(1);
    private static final Duration KILL_MAX = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(10);

    private final Path dataDirectory;

    Postmaster(Path dataDirectory) {
        this.dataDirectory = dataDirectory;
    }

    /** The pid in postmaster.pid, if a server of this directory runs under it. */
    Optional<Long> runningPid() {
        return recordedPid().filter(this::serves);
    }

    /**
     * Leaves no process of this directory running, and no postmaster.pid that would keep the next one from starting.
     *
     * <p>Fast shutdown first, which loses nothing; then an immediate one and SIGKILL, from which the next start recovers
     * with the write-ahead log.
     */
    void stop() {
        runningPid().ifPresent(pid -> {
            Signal.INT.send(pid);
            if (!await(FAST_STOP_MAX, () -> !serves(pid))) {
                Signal.QUIT.send(pid);
                await(IMMEDIATE_STOP_MAX, () -> !serves(pid));
            }
        });
        // What is left has lost its postmaster, and would keep the next one from taking the shared memory.
        signalAll(Signal.QUIT, CHILD_STOP_MAX);
        signalAll(Signal.KILL, KILL_MAX);
        removeStalePidFile();
    }

    /** SIGKILL to the postmaster and all of its children, as a power cut would. */
    void kill() {
        signalAll(Signal.KILL, KILL_MAX);
    }

    private void signalAll(Signal signal, Duration max) {
        List<Long> pids = pids();
        pids.forEach(signal::send);
        if (!pids.isEmpty()) {
            await(max, () -> pids().isEmpty());
        }
    }

    private List<Long> pids() {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(this::serves)
                .toList();
    }

    private Optional<Long> recordedPid() {
        try {
            String pid = Files.readAllLines(pidFile()).stream().findFirst().orElse("");
            return Optional.of(Long.parseLong(pid.strip())).filter(number -> number > 0);
        } catch (NoSuchFileException | NumberFormatException e) {
            // An empty or torn file is what a crash while it was written leaves.
            return Optional.empty();
        } catch (IOException e) {
            throw StartupFailure.of(dataDirectory, e);
        }
    }

    /**
     * Whether {@code pid} is a PostgreSQL process of this data directory: not one that got the number of a dead one, and
     * not a server of another directory. PostgreSQL's processes have their data directory as working directory.
     */
    private boolean serves(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        if (!Files.exists(Path.of("/proc/self"))) {
            return ProcessHandle.of(pid)
                    .flatMap(handle -> handle.info().commandLine())
                    .filter(line -> line.contains("postgres") && line.contains(dataDirectory.toString()))
                    .isPresent();
        }
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).equals(dataDirectory)
                    && Files.readSymbolicLink(process.resolve("exe")).endsWith("postgres");
        } catch (IOException e) {
            // Gone, a zombie, or another user's.
            return false;
        }
    }

    /** PostgreSQL takes any living process of ours under that number for a server, and refuses to start. */
    private void removeStalePidFile() {
        try {
            Files.deleteIfExists(pidFile());
        } catch (IOException e) {
            throw StartupFailure.of(dataDirectory, e);
        }
    }

    private Path pidFile() {
        return dataDirectory.resolve("postmaster.pid");
    }

    private static boolean await(Duration max, BooleanSupplier condition) {
        long deadline = System.nanoTime() + max.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            try {
                Thread.sleep(POLL.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
