package dev.aicredits.testkit;

import dev.aicredits.embedded.PostgresServer;
import dev.aicredits.embedded.PostgresSettings;
import java.nio.file.Path;

/** A PostgreSQL server that this JVM started. */
final class EmbeddedPostgres implements DisposablePostgres {
    private final Path folder;
    private PostgresServer server;

    EmbeddedPostgres(Path folder) {
        this.folder = folder;
        this.server = PostgresServer.start(PostgresSettings.in(folder));
        TestFolders.closeAtExit(this);
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
        server = PostgresServer.start(PostgresSettings.in(folder).withPort(server.port()));
    }

    @Override
    public synchronized void close() {
        server.close();
    }
}
