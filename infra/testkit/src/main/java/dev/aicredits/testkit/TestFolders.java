package dev.aicredits.testkit;

import dev.aicredits.embedded.PostgresServer;
import dev.aicredits.embedded.StartupFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/**
 * The data folders of this JVM's test servers: {@code <tmp>/ai-credits-test-<user>/<pid>/}, gone when the JVM ends. They are
 * in memory where there is room: the servers write and sync as they would on a disk, and what a killed one has written is there
 * all the same, but no test waits for a disk that a dozen servers share.
 *
 * <p>What test JVMs that were killed left there, folders and running servers, is cleared away first.
 */
final class TestFolders {
    private static final Path MEMORY = Path.of("/dev/shm");
    /** Several times what the servers of all modules that are tested at once hold. */
    private static final long MEMORY_BYTES_MIN = 8L << 30;

    private static final Path ROOT = temporary().resolve("ai-credits-test-" + System.getProperty("user.name"));
    private static final Path OWN =
            ROOT.resolve(Long.toString(ProcessHandle.current().pid()));

    /** What to close when this JVM ends, the newest first. */
    private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();

    static {
        clearLeftovers();
        Runtime.getRuntime().addShutdownHook(new Thread(TestFolders::closeAll, "test-infra-close"));
    }

    private TestFolders() {}

    private static Path temporary() {
        boolean inMemory = Files.isWritable(MEMORY) && MEMORY.toFile().getUsableSpace() >= MEMORY_BYTES_MIN;
        return inMemory ? MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
    }

    /** A new, empty folder, whose name begins with {@code prefix}. */
    static Path create(String prefix) {
        try {
            return Files.createTempDirectory(Files.createDirectories(OWN), prefix + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes {@code server} before the folders go; it may be closed already. */
    static void closeAtExit(AutoCloseable server) {
        synchronized (OPEN) {
            OPEN.push(server);
        }
    }

    private static void closeAll() {
        synchronized (OPEN) {
            OPEN.forEach(TestFolders::closeQuietly);
        }
        FileUtils.deleteQuietly(OWN.toFile());
    }

    private static void closeQuietly(AutoCloseable server) {
        try {
            server.close();
        } catch (Exception e) {
            System.err.println("cannot stop a test server: " + e);
        }
    }

    private static void clearLeftovers() {
        for (Path leftover : children(ROOT)) {
            if (ownerIsAlive(leftover)) {
                continue;
            }
            for (Path folder : children(leftover)) {
                stopPostgres(folder);
            }
            FileUtils.deleteQuietly(leftover.toFile());
        }
    }

    private static boolean ownerIsAlive(Path leftover) {
        String pid = leftover.getFileName().toString();
        return !pid.equals(OWN.getFileName().toString())
                && ProcessHandle.of(Long.parseLong(pid)).isPresent();
    }

    private static void stopPostgres(Path folder) {
        try {
            PostgresServer.stopLeftover(folder);
        } catch (StartupFailure e) {
            System.err.println("cannot clear away " + folder + ": " + e.getMessage());
        }
    }

    private static List<Path> children(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(Files::isDirectory).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
