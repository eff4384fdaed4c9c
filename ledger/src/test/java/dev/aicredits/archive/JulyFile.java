package dev.aicredits.archive;

import static dev.aicredits.archive.ArchivedLedger.JULY;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** July's file in an archive's folder, as a test reads and changes it. */
record JulyFile(Path folder) {

    Path path() {
        return folder.resolve("ledger-2026-07.jsonl.gz");
    }

    List<String> lines() {
        try (GZIPInputStream gzip = new GZIPInputStream(Files.newInputStream(path()))) {
            return new String(gzip.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the file anew with other lines, compressed as it was. */
    void change(Consumer<List<String>> change) {
        List<String> lines = new ArrayList<>(lines());
        List<String> before = List.copyOf(lines);
        change.accept(lines);
        assertThat(lines).isNotEqualTo(before);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            Files.write(path(), bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the manifest say of the file what it is now. */
    void describeAnew() {
        ArchiveFolder files = new ArchiveFolder(folder);
        ArchiveManifest old = files.manifest(JULY).orElseThrow();
        files.write(
                JULY,
                new ArchiveManifest(
                        old.format(),
                        old.month(),
                        old.file(),
                        old.bytes(),
                        sha256(),
                        old.entries(),
                        old.writtenAt(),
                        old.closings()));
    }

    private String sha256() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(Files.readAllBytes(path())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
