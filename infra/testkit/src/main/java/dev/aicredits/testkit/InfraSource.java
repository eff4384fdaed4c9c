package dev.aicredits.testkit;

import java.util.Map;

/** Where brokers and databases come from. Each call starts a new one. */
interface InfraSource {
    DisposablePostgres startPostgres();

    /** A broker that may be killed. */
    DisposableBroker startBroker(Map<String, String> properties);

    /** A broker that lives as long as this JVM; the cheapest kind of this source. */
    TestBroker startSharedBroker();

    /**
     * The source of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static InfraSource named(String name) {
        return switch (name) {
            case "embedded" -> new EmbeddedSource();
            case "testcontainers" -> new ContainerSource();
            default ->
                throw new IllegalArgumentException(
                        "-Dinfra=" + name + " is not known: use embedded (the default) or testcontainers");
        };
    }
}
