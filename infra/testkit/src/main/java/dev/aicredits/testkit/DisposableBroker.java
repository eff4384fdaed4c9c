package dev.aicredits.testkit;

/**
 * A Kafka broker that one test has for itself and may kill. It runs when the test gets it.
 *
 * <p>Address, topics and records stay the same over {@link #kill} and {@link #start}.
 */
public interface DisposableBroker extends TestBroker, AutoCloseable {
    /** SIGKILL; returns when it is gone. */
    void kill();

    /** Starts it again after {@link #kill}; returns when it takes connections. */
    void start();

    /** Stops it for good. */
    @Override
    void close();
}
