package dev.aicredits.drill;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that takes all the room there is on a small disk, and gives it back. */
final class Filler {

    private static final int BLOCK = 64 << 10;

    private final Path file;

    Filler(Path disk) {
        this.file = disk.resolve("filler");
    }

    /** Takes all there is, and what has become free since. */
    void fill() {
        try (OutputStream out = Files.newOutputStream(
                file, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND)) {
            byte[] zeros = new byte[BLOCK];
            while (Files.getFileStore(file).getUsableSpace() > 0) {
                out.write(zeros);
            }
        } catch (IOException e) {
            // As full as it gets.
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw new UncheckedIOException(e);
            }
        }
    }

    void remove() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
