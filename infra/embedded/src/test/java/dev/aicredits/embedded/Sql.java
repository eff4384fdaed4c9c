package dev.aicredits.embedded;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** One-line SQL for tests, as superuser in the database that is there from the start. */
final class Sql {
    private Sql() {}

    static void run(PostgresServer server, String... statements) throws SQLException {
        try (Connection connection = server.superuserDataSource("postgres").getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    static String value(PostgresServer server, String query) throws SQLException {
        try (Connection connection = server.superuserDataSource("postgres").getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
