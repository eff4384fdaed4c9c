package dev.aicredits.testkit;

/**
 * A PostgreSQL server that one test has for itself and may kill. It runs when the test gets it.
 *
 * <p>Port, password and databases stay the same over {@link #kill} and {@link #start}.
 */
public interface DisposablePostgres extends TestPostgres, AutoCloseable {
    /** SIGKILL to the server and all of its processes; returns when they are gone. */
    void kill();

    /** Starts it again after {@link #kill}; returns when it takes connections. */
    void start();

    /** Stops it for good. */
    @Override
    void close();
}
