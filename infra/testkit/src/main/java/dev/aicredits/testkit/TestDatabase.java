package dev.aicredits.testkit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A database that one test has for itself, empty when it was created.
 *
 * @param name the database's name
 * @param user a superuser
 */
public record TestDatabase(String name, String host, int port, String user, String password) {
    private static final int POOLED_MAX = 12;
    /** The least that a pool takes. */
    private static final Duration POOLED_IDLE_MAX = Duration.ofSeconds(10);

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

    /** Connections as superuser that are used again and again; see {@link #pool(String, String)}. */
    public HikariDataSource pool() {
        return pool(user, password);
    }

    /**
     * Connections as that role that are used again and again: to make one, and to ask a first thing of it, takes the time of
     * thirty things more. None is kept for long that nobody needs, so that the server has some for all. What a statement sets
     * for its session is there for the next; and after the server was killed the first may fail.
     */
    public HikariDataSource pool(String role, String password) {
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(as(role, password));
        pool.setMaximumPoolSize(POOLED_MAX);
        pool.setMinimumIdle(0);
        pool.setIdleTimeout(POOLED_IDLE_MAX.toMillis());
        pool.setInitializationFailTimeout(-1);
        return new HikariDataSource(pool);
    }

    @Override
    public String toString() {
        return jdbcUrl();
    }
}
