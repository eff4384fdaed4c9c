package dev.aicredits.testkit;

import dev.aicredits.embedded.PostgresServer;
import dev.aicredits.embedded.PostgresSettings;
import java.nio.file.Path;
import java.util.Map;

/** A PostgreSQL server that this JVM started. */
final class EmbeddedPostgres implements DisposablePostgres {
    /**
     * Tests connect thousands of times: what a client takes to prove a password is nearly all of the repetitions that slow
     * down who guesses one, and these passwords are random. And they copy databases: each page of a copy is written to the
     * log, and to compress it takes longer than to write it.
     */
    private static final Map<String, String> SERVER_SETTINGS =
            Map.of("scram_iterations", "1", "wal_compression", "off");

    private final PostgresSettings settings;
    private PostgresServer server;

    EmbeddedPostgres(Path folder) {
        FirstCluster.copyTo(folder);
        this.settings = withServerSettings(PostgresSettings.in(folder));
        this.server = PostgresServer.start(settings);
        TestFolders.closeAtExit(this);
    }

    static PostgresSettings withServerSettings(PostgresSettings settings) {
        PostgresSettings all = settings;
        for (Map.Entry<String, String> setting : SERVER_SETTINGS.entrySet()) {
            all = all.withServerSetting(setting.getKey(), setting.getValue());
        }
        return all;
    }

    @Override
    public synchronized TestDatabase maintenanceDatabase() {
        return new TestDatabase(
                "postgres", server.host(), server.port(), server.superuser(), server.superuserPassword());
    }

    @Override
    public synchronized void kill() {
        server.kill();
        server.close();
    }

    @Override
    public synchronized void start() {
        server = PostgresServer.start(settings.withPort(server.port()));
    }

    @Override
    public synchronized void close() {
        server.close();
    }
}
