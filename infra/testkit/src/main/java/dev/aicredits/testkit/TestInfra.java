package dev.aicredits.testkit;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one place from which integration tests take their broker and their database.
 *
 * <p>{@code -Dinfra=embedded}, the default, starts both on this machine from Maven artifacts; {@code -Dinfra=testcontainers}
 * takes them from Docker. What can't be started fails the test; nothing is ever skipped.
 */
public final class TestInfra {
    private static final TestInfra SHARED = new TestInfra(TestInfra::selected);

    private final Supplier<InfraSource> source;
    private final Map<String, TestDatabase> originals = new HashMap<>();
    private @Nullable TestPostgres postgres;
    private @Nullable TestBroker broker;

    TestInfra(Supplier<InfraSource> source) {
        this.source = source;
    }

    /** One PostgreSQL and one broker for all tests of this JVM, each started when it is first asked for. */
    public static TestInfra shared() {
        return SHARED;
    }

    /** A PostgreSQL for this test alone, which it may kill and start again; the caller closes it. */
    public static DisposablePostgres disposablePostgres() {
        return selected().startPostgres();
    }

    /** A broker for this test alone, which it may kill and start again; the caller closes it. */
    public static DisposableBroker disposableBroker() {
        return disposableBroker(Map.of());
    }

    /** As {@link #disposableBroker()}, with broker properties such as {@code group.consumer.session.timeout.ms}. */
    public static DisposableBroker disposableBroker(Map<String, String> properties) {
        return selected().startBroker(properties);
    }

    /** The shared PostgreSQL. */
    public synchronized TestPostgres postgres() {
        TestPostgres started = postgres;
        if (started == null) {
            started = source.get().startPostgres();
            postgres = started;
        }
        return started;
    }

    /** The shared broker. */
    public synchronized TestBroker broker() {
        TestBroker started = broker;
        if (started == null) {
            started = source.get().startSharedBroker();
            broker = started;
        }
        return started;
    }

    /** A fresh, empty database on the shared PostgreSQL. */
    public TestDatabase createDatabase() {
        return postgres().createDatabase();
    }

    /**
     * A copy, on the shared PostgreSQL, of a database that is made once for all tests of this JVM: migrating takes a second,
     * copying a tenth.
     *
     * @param kind what tells databases of this kind from others
     * @param fill makes the original of an empty database, and leaves no connection to it
     */
    public synchronized TestDatabase createDatabase(String kind, Consumer<TestDatabase> fill) {
        TestDatabase original = originals.computeIfAbsent(kind, unused -> {
            TestDatabase empty = createDatabase();
            fill.accept(empty);
            return empty;
        });
        return postgres().createCopyOf(original);
    }

    /** The shared broker's address. */
    public String bootstrapServers() {
        return broker().bootstrapServers();
    }

    /** An empty topic on the shared broker that no other test has. */
    public String createTopic(String prefix, int partitions, Map<String, String> config) {
        return broker().createTopic(prefix, partitions, config);
    }

    /** Closes {@code resource} when this JVM ends, before the broker and the database that it uses. */
    public static void closeAtExit(AutoCloseable resource) {
        TestFolders.closeAtExit(resource);
    }

    private static InfraSource selected() {
        return InfraSource.named(System.getProperty("infra", "embedded"));
    }
}
