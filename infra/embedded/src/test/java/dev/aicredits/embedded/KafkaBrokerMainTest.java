package dev.aicredits.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a broker in a process of its own survives, and how it ends when it can't go on. */
class KafkaBrokerMainTest {
    private static final List<TopicDeclaration> TOPIC = List.of(new TopicDeclaration("kept", 1, Map.of()));

    @TempDir
    Path folder;

    @Test
    void acknowledgedRecordsSurviveSigkill() throws Exception {
        List<String> values =
                IntStream.range(0, 100).mapToObj(Integer::toString).toList();
        JvmProcess first = start(KafkaBrokerMain.class, folder.resolve("kafka").toString(), "0");
        apply(address(first), TOPIC);
        Records.send(address(first), "kept", values);
        first.kill();

        String port = address(first).substring(address(first).indexOf(':') + 1);
        try (JvmProcess second =
                start(KafkaBrokerMain.class, folder.resolve("kafka").toString(), port)) {
            assertThat(address(second)).isEqualTo(address(first));
            assertThat(Records.read(address(second), "kept", values.size())).isEqualTo(values);
        }
    }

    @Test
    void aBrokerWhoseDiskFailsEndsItsProcessWithOneLine() throws Exception {
        Path errors = folder.resolve("errors");
        Path log = folder.resolve("kafka/log");
        JvmProcess broker = start(
                BrokerWithErrorFile.class,
                errors.toString(),
                folder.resolve("kafka").toString(),
                "0");
        Files.move(log, folder.resolve("gone"));
        Files.writeString(log, "not a directory");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address(broker)))) {
            var unused = admin.createTopics(List.of(new NewTopic("no-room", 1, (short) 1)));
            await().atMost(Duration.ofSeconds(30)).until(() -> !broker.isAlive());
        }
        assertThat(Files.readAllLines(errors))
                .filteredOn(line -> line.startsWith("The Kafka broker failed"))
                .singleElement()
                .asString()
                .contains("MB free");
    }

    private static JvmProcess start(Class<?> main, String... arguments) {
        return JvmProcess.start(
                main,
                Stream.concat(JvmProcess.SHORT_LIVED.stream(), Stream.of("-Xmx512m"))
                        .toList(),
                List.of(arguments),
                line -> line.startsWith(KafkaBrokerMain.READY));
    }

    private static String address(JvmProcess broker) {
        return broker.readyLine().substring(KafkaBrokerMain.READY.length());
    }

    private static void apply(String bootstrapServers, List<TopicDeclaration> topics) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            Topics.apply(admin, topics, 1);
        }
    }
}
