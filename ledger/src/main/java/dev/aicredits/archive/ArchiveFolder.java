package dev.aicredits.archive;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * The files of a folder: of each month {@code ledger-2026-07.jsonl.gz}, a line of JSON an entry, and {@code ledger-2026-07.json},
 * its manifest.
 *
 * <p>A file gets its name when it is whole and on the disk; the manifest gets it last. What a crash leaves has another name and is
 * written over.
 */
final class ArchiveFolder {

    /** Hands entries, in order, to whoever writes them. */
    interface Entries {
        void forEach(Consumer<ArchivedEntry> sink);
    }

    private static final int BUFFER_BYTES = 1 << 16;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .changeDefaultPropertyInclusion(
                    unused -> JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();
    private static final ObjectWriter ENTRY_WRITER = JSON.writerFor(ArchivedEntry.class);
    private static final ObjectReader ENTRY_READER = JSON.readerFor(ArchivedEntry.class);

    /** Whose usage it is concerns nobody else on the machine. */
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;

    ArchiveFolder(Path folder) {
        this.folder = folder;
    }

    Path file(YearMonth month) {
        return folder.resolve("ledger-" + month + ".jsonl.gz");
    }

    private Path manifestFile(YearMonth month) {
        return folder.resolve("ledger-" + month + ".json");
    }

    /** The month's manifest; empty if the month has no archive. */
    Optional<ArchiveManifest> manifest(YearMonth month) {
        Path file = manifestFile(month);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            ArchiveManifest manifest = JSON.readValue(Files.readAllBytes(file), ArchiveManifest.class);
            if (manifest.format() != ArchiveManifest.FORMAT) {
                throw new DamagedArchiveException(file + " has format " + manifest.format());
            }
            return Optional.of(manifest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JacksonException e) {
            throw new DamagedArchiveException(file + " is no manifest: " + e.getOriginalMessage());
        }
    }

    /** Writes the archive file of a month, whole and on the disk; it counts once its manifest is written. */
    ArchiveManifest write(YearMonth month, List<Closing> closings, Entries entries, Instant now) {
        try {
            Files.createDirectories(folder);
            Counted counted = new Counted();
            Path file = file(month);
            put(file, out -> {
                counted.out = out;
                try (OutputStream gzip = new GZIPOutputStream(counted, BUFFER_BYTES)) {
                    entries.forEach(entry -> counted.line(gzip, entry));
                }
            });
            return new ArchiveManifest(
                    ArchiveManifest.FORMAT,
                    month.toString(),
                    String.valueOf(file.getFileName()),
                    counted.bytes,
                    HexFormat.of().formatHex(counted.digest.digest()),
                    counted.lines,
                    now,
                    closings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(YearMonth month, ArchiveManifest manifest) {
        try {
            put(
                    manifestFile(month),
                    out -> out.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a month's entries from the disk, checks that they follow and that the bytes are those of the manifest, and hands each
     * on. What it handed on counts only once it returns.
     *
     * @throws DamagedArchiveException if anything differs
     */
    void read(YearMonth month, ArchiveManifest manifest, Consumer<ArchivedEntry> sink) {
        ArchiveCheck check = new ArchiveCheck(manifest.closings());
        MessageDigest digest = sha256();
        long lines = 0;
        Path file = file(month);
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
                DigestInputStream bytes = new DigestInputStream(raw, digest)) {
            // Not closed: what follows the compressed part has to be read, too.
            BufferedReader reader = new BufferedReader(
                    new InputStreamReader(new GZIPInputStream(bytes, BUFFER_BYTES), StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                ArchivedEntry entry = ENTRY_READER.readValue(line);
                check.accept(entry);
                sink.accept(entry);
                lines++;
            }
            bytes.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new DamagedArchiveException(file + " cannot be read: " + e.getMessage());
        } catch (JacksonException e) {
            throw new DamagedArchiveException(file + ": line " + (lines + 1) + " is no entry");
        }
        check.end();
        String sha256 = HexFormat.of().formatHex(digest.digest());
        if (!sha256.equals(manifest.sha256()) || lines != manifest.entries()) {
            throw new DamagedArchiveException(file + " has " + lines + " entries and SHA-256 " + sha256
                    + ", its manifest " + manifest.entries() + " and " + manifest.sha256());
        }
    }

    /** Whoever fills a file. */
    private interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private void put(Path file, Content content) throws IOException {
        Path part = folder.resolve(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        try (FileChannel channel =
                FileChannel.open(part, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), PRIVATE)) {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
            content.writeTo(out);
            out.flush();
            channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        // The name, too: without it the bytes may be on the disk and not be found there.
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Counts lines before they are compressed, and bytes after. */
    private static final class Counted extends OutputStream {
        final MessageDigest digest = sha256();
        OutputStream out = OutputStream.nullOutputStream();
        long bytes;
        long lines;

        void line(OutputStream gzip, ArchivedEntry entry) {
            try {
                gzip.write(ENTRY_WRITER.writeValueAsBytes(entry));
                gzip.write('\n');
                lines++;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] data, int from, int length) throws IOException {
            digest.update(data, from, length);
            bytes += length;
            out.write(data, from, length);
        }
    }
}
