package dev.aicredits.consumer.chaos;

import dev.aicredits.testkit.DisposableBroker;
import dev.aicredits.testkit.DisposablePostgres;
import dev.aicredits.testkit.TestInfra;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/**
 * A broker and a database that may be killed, for all chaos tests of this JVM together; they end with it. Each test has
 * topics and a database of its own.
 */
record ChaosSystem(DisposableBroker broker, Admin admin, DisposablePostgres postgres) {

    /** How long the group waits for a member that says nothing. Kafka's default of 45 s is most of a test. */
    static final int SESSION_TIMEOUT_MS = 3_000;

    static final int HEARTBEAT_MS = 300;

    private static final class Shared {
        static final ChaosSystem SYSTEM = start();
    }

    private static ChaosSystem start() {
        DisposableBroker broker = TestInfra.disposableBroker(Map.of(
                "group.consumer.session.timeout.ms", Integer.toString(SESSION_TIMEOUT_MS),
                "group.consumer.min.session.timeout.ms", Integer.toString(SESSION_TIMEOUT_MS),
                "group.consumer.heartbeat.interval.ms", Integer.toString(HEARTBEAT_MS),
                "group.consumer.min.heartbeat.interval.ms", Integer.toString(HEARTBEAT_MS),
                "group.min.session.timeout.ms", Integer.toString(SESSION_TIMEOUT_MS)));
        Admin admin = broker.admin();
        TestInfra.closeAtExit(admin);
        return new ChaosSystem(broker, admin, TestInfra.disposablePostgres());
    }

    static ChaosSystem shared() {
        return Shared.SYSTEM;
    }
}
