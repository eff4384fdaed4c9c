package dev.aicredits.embedded;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link PostgresServer} is to run.
 *
 * @param directory the folder that holds the database, its superuser's password and its log; created if absent
 * @param port the port on loopback; 0 takes a free one
 * @param serverSettings settings of postgresql.conf that go before ours, by name
 * @param portOption what the caller calls the port's option, for the sentence that a busy port is answered with
 * @param freeBytesMin bytes that must be free on the folder's disk
 * @param installation a PostgreSQL of the machine's to run, by the folder that has its {@code bin}; null runs the one that
 *     this module brings
 */
public record PostgresSettings(
        Path directory,
        int port,
        Map<String, String> serverSettings,
        String portOption,
        long freeBytesMin,
        @Nullable Path installation) {
    /** Bytes that must be free unless told otherwise: 512 MB. */
    public static final long FREE_BYTES_MIN = 512L << 20;

    public PostgresSettings {
        serverSettings = Map.copyOf(serverSettings);
    }

    /** A server in {@code directory} on a free port, with the settings of this module. */
    public static PostgresSettings in(Path directory) {
        return new PostgresSettings(directory, 0, Map.of(), "another port setting", FREE_BYTES_MIN, null);
    }

    public PostgresSettings withPort(int port) {
        return new PostgresSettings(directory, port, serverSettings, portOption, freeBytesMin, installation);
    }

    /** {@code option} is named when the port is in use, such as {@code --postgres-port}. */
    public PostgresSettings withPortOption(String option) {
        return new PostgresSettings(directory, port, serverSettings, option, freeBytesMin, installation);
    }

    public PostgresSettings withServerSetting(String name, String value) {
        Map<String, String> settings = new LinkedHashMap<>(serverSettings);
        settings.put(name, value);
        return new PostgresSettings(directory, port, settings, portOption, freeBytesMin, installation);
    }

    public PostgresSettings withFreeBytesMin(long bytes) {
        return new PostgresSettings(directory, port, serverSettings, portOption, bytes, installation);
    }

    /** Version 15 or newer; data of one version is not read by another. */
    public PostgresSettings withInstallation(Path home) {
        return new PostgresSettings(directory, port, serverSettings, portOption, freeBytesMin, home);
    }
}
