package dev.aicredits.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a broker in this JVM promises. */
class KafkaBrokerTest {
    private static final List<TopicDeclaration> TOPIC = List.of(new TopicDeclaration("kept", 1, Map.of()));

    @TempDir
    Path folder;

    @Test
    void topicsRecordsAndOffsetsAreThereAtTheNextStartOnOtherPorts() throws Exception {
        int port;
        try (KafkaBroker first = KafkaBroker.start(KafkaSettings.in(folder)
                .withProperty("group.consumer.min.session.timeout.ms", "2000")
                .withProperty("group.consumer.session.timeout.ms", "2000")
                .withProperty("group.consumer.min.heartbeat.interval.ms", "500")
                .withProperty("group.consumer.heartbeat.interval.ms", "500"))) {
            port = first.port();
            apply(first);
            Records.send(first.bootstrapServers(), "kept", List.of("a", "b"));
            assertThat(Records.readInGroup(first.bootstrapServers(), "group", "kept", 2))
                    .containsExactly("a", "b");
            assertThatThrownBy(() -> KafkaBroker.start(KafkaSettings.in(folder)))
                    .isInstanceOf(StartupFailure.class)
                    .hasMessageContaining("is in use by another process");
            assertNoTopicIsCreatedByAsking(first);
        }
        try (KafkaBroker second = KafkaBroker.start(KafkaSettings.in(folder))) {
            assertThat(second.port()).isNotEqualTo(port);
            assertThat(apply(second)).isEmpty();
            Records.send(second.bootstrapServers(), "kept", List.of("c"));
            assertThat(Records.read(second.bootstrapServers(), "kept", 3)).containsExactly("a", "b", "c");
            assertThat(Records.readInGroup(second.bootstrapServers(), "group", "kept", 1))
                    .as("the group goes on where it committed")
                    .containsExactly("c");
        }
    }

    @Test
    void aFormatThatDidNotFinishIsDoneAgain() throws Exception {
        KafkaBroker.start(KafkaSettings.in(folder)).close();
        // What a crash leaves: everything but meta.properties, which is written last.
        Files.move(folder.resolve("log/bootstrap.checkpoint"), folder.resolve("bootstrap.checkpoint"));
        Directories.deleteTree(folder.resolve("log"));
        Files.createDirectory(folder.resolve("log"));
        Files.move(folder.resolve("bootstrap.checkpoint"), folder.resolve("log/bootstrap.checkpoint"));
        try (KafkaBroker broker = KafkaBroker.start(KafkaSettings.in(folder))) {
            assertThat(apply(broker)).hasSize(1);
        }
    }

    @Test
    void aBusyPortIsAnsweredInOneSentence() throws Exception {
        int port = Ports.free();
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            KafkaSettings settings =
                    KafkaSettings.in(folder).withPort(taken.getLocalPort()).withPortOption("--kafka-port");
            assertThatThrownBy(() -> KafkaBroker.start(settings))
                    .isInstanceOf(StartupFailure.class)
                    .hasMessage("port %d is in use: choose another with --kafka-port", port);
        }
    }

    @Test
    void aPortThatIsTakenWhileTheBrokerStartsDoesNotEndThisJvm() throws Exception {
        int port = Ports.free();
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            // Goes around the check before the start: Kafka itself meets the busy port, and asks for the end of the
            // process.
            KafkaSettings settings = KafkaSettings.in(folder)
                    .withProperty(
                            "listeners",
                            "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                                    .formatted(Ports.free(), taken.getLocalPort()));
            assertThatThrownBy(() -> KafkaBroker.start(settings))
                    .isInstanceOf(StartupFailure.class)
                    .hasMessageStartingWith("Kafka did not start in");
        }
        // And nothing of it is left: the folder can be used.
        KafkaBroker.start(KafkaSettings.in(folder)).close();
    }

    @Test
    void aPropertyThatTheBrokerRefusesIsAnsweredInOneSentence() {
        KafkaSettings settings = KafkaSettings.in(folder).withProperty("num.io.threads", "none");
        assertThatThrownBy(() -> KafkaBroker.start(settings))
                .isInstanceOf(StartupFailure.class)
                .hasMessageContaining("num.io.threads")
                .hasMessageNotContaining("\n");
    }

    private static List<TopicChange> apply(KafkaBroker broker) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            return Topics.apply(admin, TOPIC, 1);
        }
    }

    private static void assertNoTopicIsCreatedByAsking(KafkaBroker broker) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            assertThatThrownBy(() -> admin.describeTopics(List.of("unknown"))
                            .allTopicNames()
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
        }
    }
}
