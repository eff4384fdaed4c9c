package dev.aicredits.embedded;

import dev.aicredits.embedded.PostgresBinaries.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The files of one database cluster: PGDATA, the superuser's password beside it, and the settings of this module.
 *
 * <p>No connection was ever trusted: initdb sets the password and scram-sha-256 for every kind of connection, in a folder
 * that becomes PGDATA by a rename once it is complete. A crash before that leaves nothing that the next start would use.
 */
final class PostgresCluster {
    static final String SUPERUSER = "postgres";

    private static final String SETTINGS_FILE = "ai-credits.conf";
    private static final int PASSWORD_BYTES = 32;

    private final Path folder;

    PostgresCluster(Path folder) {
        this.folder = folder;
    }

    Path dataDirectory() {
        return folder.resolve("pgdata");
    }

    Path log() {
        return folder.resolve("server.log");
    }

    String password() {
        try {
            return Files.readString(passwordFile()).strip();
        } catch (IOException e) {
            throw new StartupFailure(
                    "the superuser's password is missing from " + passwordFile()
                            + ": put it back or choose another data folder",
                    e);
        }
    }

    /** Runs initdb if this folder has no complete cluster. */
    void createIfAbsent(PostgresBinaries binaries) throws IOException {
        if (Files.exists(dataDirectory())) {
            return;
        }
        Path unfinished = folder.resolve("pgdata.new");
        Directories.deleteTree(unfinished);
        writePassword();
        List<String> arguments = new ArrayList<>(List.of(
                "--pgdata=" + unfinished,
                "--username=" + SUPERUSER,
                "--pwfile=" + passwordFile(),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-instructions"));
        if (binaries.majorVersion(folder) >= 17) {
            arguments.addAll(List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
        }
        Outcome initdb = binaries.run(folder, "initdb", arguments);
        if (!initdb.succeeded()) {
            throw PostgresFailure.of(folder, initdb.output());
        }
        Files.writeString(
                unfinished.resolve("postgresql.conf"),
                "\ninclude = '" + SETTINGS_FILE + "'\n",
                StandardOpenOption.APPEND);
        Files.move(unfinished, dataDirectory(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Writes the settings that the next start takes; {@code settings} of the caller go before ours. */
    void configure(int port, int majorVersion, Map<String, String> settings) throws IOException {
        Map<String, String> all = durable();
        if (majorVersion >= 17) {
            // postgresql.auto.conf would go before this file.
            all.put("allow_alter_system", "off");
        }
        all.put("port", Integer.toString(port));
        all.putAll(settings);
        String lines = all.entrySet().stream()
                .map(setting -> setting.getKey() + " = '" + setting.getValue().replace("'", "''") + "'\n")
                .collect(Collectors.joining());
        Files.writeString(dataDirectory().resolve(SETTINGS_FILE), lines);
    }

    /** Starts anew with an empty log; the one of the last start stays beside it. */
    void rotateLog() throws IOException {
        if (Files.exists(log())) {
            Files.move(log(), folder.resolve("server.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Map<String, String> durable() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("listen_addresses", Ports.LOOPBACK);
        // No socket file: nothing to protect, and no limit on the length of the folder's name.
        settings.put("unix_socket_directories", "");
        settings.put("max_connections", "100");
        settings.put("fsync", "on");
        settings.put("synchronous_commit", "on");
        settings.put("full_page_writes", "on");
        // zonky's binaries are built without lz4 and zstd.
        settings.put("wal_compression", "pglz");
        settings.put("max_wal_size", "4GB");
        settings.put("checkpoint_timeout", "15min");
        settings.put("shared_buffers", "256MB");
        settings.put("jit", "off");
        settings.put("log_timezone", "UTC");
        settings.put("timezone", "UTC");
        return settings;
    }

    private void writePassword() throws IOException {
        byte[] bytes = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(bytes);
        String password = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Files.deleteIfExists(passwordFile());
        Files.createFile(
                passwordFile(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(passwordFile(), (password + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private Path passwordFile() {
        return folder.resolve("superuser-password");
    }
}
