package dev.aicredits.drill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A drill's folder. When this is closed or this JVM dies, however that happens, the servers that still run in it are killed,
 * what is mounted in it is unmounted, and it is deleted.
 *
 * <p>A shell does that, which waits for the end of its input: the kernel ends that with this JVM.
 */
final class Scratch implements AutoCloseable {

    /** Processes of ours in it are PostgreSQL's alone: JVMs end with the one that started them. */
    private static final String CLEAN_UP = """
            trap '' INT TERM HUP
            read -r _
            for process in /proc/[0-9]*; do
              case $(readlink "$process/cwd" 2>/dev/null) in "$1"/*) kill -9 "${process#/proc/}" 2>/dev/null ;; esac
            done
            while read -r _ mounted _; do
              case $mounted in "$1"/*) umount -l "$mounted" ;; esac
            done </proc/mounts
            for _ in 1 2 3 4 5; do
              rm -rf "$1" 2>/dev/null && exit
              sleep 1
            done
            """;

    private final Path folder;
    private final Process cleaner;

    private Scratch(Path folder, Process cleaner) {
        this.folder = folder;
        this.cleaner = cleaner;
    }

    /** @param parent where there is room; it is not deleted */
    static Scratch in(Path parent) {
        try {
            Path folder = Files.createTempDirectory(parent, "aicredits-drill-").toRealPath();
            Process cleaner = new ProcessBuilder("sh", "-c", CLEAN_UP, "sh", folder.toString())
                    .directory(Path.of("/").toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new Scratch(folder, cleaner);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An existing folder of that name in it. */
    Path folder(String name) {
        try {
            return Files.createDirectories(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The same as a file system of its own, in memory, that is full when it has {@code megabytes}.
     *
     * @throws NotRunException if we may not mount
     */
    Path smallDisk(String name, int megabytes) {
        Path mounted = folder(name);
        try {
            Process mount = new ProcessBuilder(
                            "mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", mounted.toString())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(mount.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (mount.waitFor() != 0) {
                throw new NotRunException("a small disk can't be mounted here, which takes root: " + output);
            }
            return mounted;
        } catch (IOException e) {
            throw new NotRunException("a small disk can't be mounted here: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        try {
            cleaner.getOutputStream().close();
            cleaner.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
