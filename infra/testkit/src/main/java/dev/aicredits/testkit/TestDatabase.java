package dev.aicredits.testkit;

import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A database that one test has for itself, empty when it was created.
 *
 * @param name the database's name
 * @param user a superuser
 */
public record TestDatabase(String name, String host, int port, String user, String password) {
    /** The JDBC URL, without credentials. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + host + ":" + port + "/" + name;
    }

    /** The URL that psql and {@code DATABASE_URL} take, with credentials. */
    public String url() {
        return "postgresql://" + user + ":" + password + "@" + host + ":" + port + "/" + name;
    }

    /** Unpooled connections as superuser. */
    public DataSource dataSource() {
        return as(user, password);
    }

    /** Unpooled connections as that role. */
    public DataSource as(String role, String password) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(jdbcUrl());
        dataSource.setUser(role);
        dataSource.setPassword(password);
        return dataSource;
    }

    @Override
    public String toString() {
        return jdbcUrl();
    }
}
