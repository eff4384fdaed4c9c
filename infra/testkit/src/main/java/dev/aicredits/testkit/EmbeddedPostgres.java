package dev.aicredits.testkit;

import dev.aicredits.embedded.PostgresServer;
import dev.aicredits.embedded.PostgresSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A PostgreSQL server that this JVM started. */
final class EmbeddedPostgres implements DisposablePostgres {
    private final PostgresSettings settings;
    private PostgresServer server;

    EmbeddedPostgres(Path folder) {
        // Tests connect thousands of times. What a client takes to prove a password is nearly all of the repetitions
        // that
        // slow down who guesses one, and these passwords are random and live for a minute.
        this.settings = PostgresSettings.in(folder).withServerSetting("scram_iterations", "1");
        this.server = PostgresServer.start(settings);
        TestFolders.closeAtExit(this);
        deriveSuperusersPasswordAnew();
    }

    /** It was derived before the settings were in force. */
    private void deriveSuperusersPasswordAnew() {
        TestDatabase maintenance = maintenanceDatabase();
        try (Connection connection = maintenance.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER ROLE %s PASSWORD '%s'".formatted(maintenance.user(), maintenance.password()));
        } catch (SQLException e) {
            throw new IllegalStateException("cannot set the superuser's password", e);
        }
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
