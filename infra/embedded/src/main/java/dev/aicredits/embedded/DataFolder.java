package dev.aicredits.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A folder that this JVM alone uses, for as long as it is open.
 *
 * <p>The lock is the kernel's: it ends with the JVM, however that dies. So whatever server is found running in a folder
 * that could be locked has lost its owner.
 */
public final class DataFolder implements AutoCloseable {
    private static final String LOCK_FILE = "owner.lock";

    private final Path path;
    private final FileChannel lock;

    private DataFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Creates the folder if need be, and locks it.
     *
     * @throws StartupFailure if it can't be created, is in use, or its disk has fewer than {@code freeBytesMin} bytes
     */
    public static DataFolder open(Path folder, long freeBytesMin) {
        try {
            Path path = Files.createDirectories(folder).toRealPath();
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            requireFreeBytes(path, freeBytesMin);
            return new DataFolder(path, lock(path));
        } catch (IOException e) {
            throw StartupFailure.of(folder, e);
        }
    }

    public Path path() {
        return path;
    }

    public Path resolve(String name) {
        return path.resolve(name);
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requireFreeBytes(Path path, long freeBytesMin) throws IOException {
        long freeBytes = Files.getFileStore(path).getUsableSpace();
        if (freeBytes < freeBytesMin) {
            throw new StartupFailure(
                    "the disk of %s has %d MB free and at least %d MB are needed: free some space or choose another data folder"
                            .formatted(path, freeBytes >> 20, freeBytesMin >> 20));
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // Another server of this very JVM has the folder: the same answer as another process.
            locked = false;
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        if (!locked) {
            throw new StartupFailure("the data folder " + path
                    + " is in use by another process: stop that one or choose another data folder");
        }
        return channel;
    }
}
