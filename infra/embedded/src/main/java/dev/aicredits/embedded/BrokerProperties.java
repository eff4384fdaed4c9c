package dev.aicredits.embedded;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The server properties of a {@link KafkaBroker}: one node that is broker and controller, sized for two cores. */
final class BrokerProperties {
    private static final String NODE_ID = "1";
    private static final int MESSAGE_BYTES_MAX = 8 << 20;
    private static final int CLEANER_BUFFER_BYTES = 16 << 20;

    private BrokerProperties() {}

    /** All properties by name; {@code extra} goes before ours. */
    static Map<String, String> of(Path logDirectory, int port, int controllerPort, Map<String, String> extra) {
        Map<String, String> properties = new LinkedHashMap<>();
        node(properties, logDirectory, port, controllerPort);
        liveness(properties);
        topics(properties);
        threads(properties);
        properties.putAll(extra);
        return properties;
    }

    private static void node(Map<String, String> properties, Path logDirectory, int port, int controllerPort) {
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", NODE_ID);
        properties.put("log.dirs", logDirectory.toString());
        properties.put(
                "listeners",
                "PLAINTEXT://%1$s:%2$d,CONTROLLER://%1$s:%3$d".formatted(Ports.LOOPBACK, port, controllerPort));
        properties.put("controller.listener.names", "CONTROLLER");
        // A static quorum: its voters' addresses are read from here at every start and never stored, so ports may
        // change.
        properties.put("controller.quorum.voters", NODE_ID + "@" + Ports.LOOPBACK + ":" + controllerPort);
    }

    private static void liveness(Map<String, String> properties) {
        // After SIGKILL the next start waits until the session of the dead broker ends; the default is 9 seconds.
        properties.put("broker.session.timeout.ms", "3000");
        properties.put("broker.heartbeat.interval.ms", "500");
        // Else an idle controller writes a record twice a second, to the disk, so that other nodes see it is there.
        properties.put("metadata.max.idle.interval.ms", "0");
        // The consumer protocol moves partitions with its members' heartbeats: at the default of 5 seconds, consumers
        // that start together wait 5 to 10 for their first record.
        properties.put("group.consumer.min.heartbeat.interval.ms", "500");
        properties.put("group.consumer.heartbeat.interval.ms", "500");
    }

    private static void topics(Map<String, String> properties) {
        properties.put("auto.create.topics.enable", "false");
        properties.put("num.partitions", "1");
        properties.put("default.replication.factor", "1");
        properties.put("message.max.bytes", Integer.toString(MESSAGE_BYTES_MAX));
        properties.put("replica.fetch.max.bytes", Integer.toString(MESSAGE_BYTES_MAX));
        // One node: internal topics have one replica, and few partitions, which cost files and start time.
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("offsets.topic.num.partitions", "4");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("transaction.state.log.num.partitions", "1");
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        properties.put("share.coordinator.state.topic.num.partitions", "1");
        properties.put("group.initial.rebalance.delay.ms", "0");
    }

    private static void threads(Map<String, String> properties) {
        properties.put("num.network.threads", "2");
        properties.put("num.io.threads", "4");
        properties.put("num.recovery.threads.per.data.dir", "2");
        properties.put("background.threads", "2");
        properties.put("group.coordinator.threads", "1");
        properties.put("share.coordinator.threads", "1");
        properties.put("log.cleaner.threads", "1");
        // The default of 128 MB is taken from the heap at start.
        properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(CLEANER_BUFFER_BYTES));
    }
}
