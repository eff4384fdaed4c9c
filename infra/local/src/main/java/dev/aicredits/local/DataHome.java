package dev.aicredits.local;

import dev.aicredits.embedded.DataFolder;
import dev.aicredits.embedded.StartupFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** The data folder: private to its owner, and used by one {@code infra/up} at a time. */
final class DataHome implements AutoCloseable {
    static final String DEMO_ENV = "demo.env";
    static final String PASSWORDS = "passwords.properties";
    static final String KEYS = "keys.properties";

    private static final long FREE_BYTES_MIN = 512L << 20;
    private static final FileAttribute<?> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final DataFolder folder;

    private DataHome(DataFolder folder) {
        this.folder = folder;
    }

    /**
     * Creates the folder if need be, and takes it.
     *
     * @throws StartupFailure if it can't be created or written, is in use, or its disk is full
     */
    static DataHome open(Path path) {
        DataHome home = new DataHome(DataFolder.open(path, FREE_BYTES_MIN));
        try {
            Files.createDirectories(home.logFile().getParent());
            // Of the last run: a client must not take its ports for ours.
            Files.deleteIfExists(home.demoEnv());
            return home;
        } catch (IOException e) {
            home.close();
            throw StartupFailure.of(path, e);
        }
    }

    Path path() {
        return folder.path();
    }

    Path postgres() {
        return folder.resolve("postgres");
    }

    Path kafka() {
        return folder.resolve("kafka");
    }

    Path logFile() {
        return folder.resolve("logs").resolve("aicredits.log");
    }

    Path demoEnv() {
        return folder.resolve(DEMO_ENV);
    }

    /** Writes a file that only its owner may read: whole or not at all. */
    void writePrivate(String name, String content) {
        Path file = folder.resolve(name);
        Path unfinished = folder.resolve(name + ".new");
        try {
            Files.deleteIfExists(unfinished);
            Files.createFile(unfinished, PRIVATE_FILE);
            Files.write(unfinished, content.getBytes(StandardCharsets.UTF_8));
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw StartupFailure.of(file, e);
        }
    }

    @Override
    public void close() {
        folder.close();
    }
}
