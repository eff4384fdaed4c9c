package dev.aicredits.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** A PostgreSQL server with durable settings that tests take databases from. */
public interface TestPostgres {
    /** The superuser's database that is there from the start. */
    TestDatabase maintenanceDatabase();

    /** A fresh, empty database. It goes away with the server. */
    default TestDatabase createDatabase() {
        return createCopyOf("template1");
    }

    /** A database that has what {@code original} has; nobody may be connected to that one meanwhile. */
    default TestDatabase createCopyOf(TestDatabase original) {
        return createCopyOf(original.name());
    }

    private TestDatabase createCopyOf(String original) {
        TestDatabase maintenance = maintenanceDatabase();
        String name = "test_" + UUID.randomUUID().toString().substring(0, 8);
        try (Connection connection = maintenance.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " TEMPLATE " + original);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create a test database", e);
        }
        return new TestDatabase(
                name, maintenance.host(), maintenance.port(), maintenance.user(), maintenance.password());
    }
}
