package dev.aicredits.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** A PostgreSQL server in a container. */
final class ContainerPostgres implements DisposablePostgres {
    private static final DockerImageName IMAGE = DockerImageName.parse("postgres:18");
    private static final int PORT = 5432;
    private static final Duration RESTART_MAX = Duration.ofSeconds(60);

    private final PostgreSQLContainer container;

    ContainerPostgres() {
        container = new PostgreSQLContainer(IMAGE)
                .withDatabaseName("postgres")
                .withUsername("postgres")
                .withPassword("only-for-tests");
        // Testcontainers would turn fsync off.
        container.setCommand("postgres", "-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "jit=off");
        Containers.publish(container, PORT);
        container.start();
    }

    @Override
    public TestDatabase maintenanceDatabase() {
        return new TestDatabase(
                container.getDatabaseName(),
                container.getHost(),
                container.getMappedPort(PORT),
                container.getUsername(),
                container.getPassword());
    }

    @Override
    public void kill() {
        Containers.kill(container);
    }

    @Override
    public void start() {
        Containers.restart(container, RESTART_MAX, this::takesConnections);
    }

    private boolean takesConnections() {
        try (Connection connection = maintenanceDatabase().dataSource().getConnection()) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public void close() {
        container.stop();
    }
}
