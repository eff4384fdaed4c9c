package dev.aicredits.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.aicredits.embedded.TopicChange.Configured;
import dev.aicredits.embedded.TopicChange.Created;
import dev.aicredits.embedded.TopicChange.Grown;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicsTest {
    @TempDir
    static Path folder;

    private static KafkaBroker broker;
    private static Admin admin;

    @BeforeAll
    static void start() {
        broker = KafkaBroker.start(KafkaSettings.in(folder.resolve("kafka")));
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        admin.close();
        broker.close();
    }

    @Test
    void thePackagedDeclarationIsTheFileInInfra() {
        assertThat(TopicFile.packaged()).isEqualTo(TopicFile.read(Path.of("..", "topics.yaml")));
    }

    @Test
    void theDeclaredTopicsAreCreatedOnceWithTheirConfiguration() throws Exception {
        List<TopicDeclaration> declared = TopicFile.packaged();
        assertThat(Topics.apply(admin, declared, 1))
                .containsExactly(
                        new Created("agent.usage.v1", 6),
                        new Created("agent.usage.v1-dlt", 3),
                        new Created("billing.ledger.v1", 6),
                        new Created("billing.ledger.v1-dlt", 3),
                        new Created("agent.control.v1", 12),
                        new Created("agent.control-acks.v1", 12),
                        new Created("agent.control-acks.v1-dlt", 3),
                        new Created("billing.alerts.v1", 3),
                        new Created("stripe.events.v1", 12),
                        new Created("stripe.events.v1-dlt", 3));
        assertThat(Topics.apply(admin, declared, 1)).isEmpty();
        assertThat(config("agent.usage.v1", "retention.ms")).isEqualTo("2592000000");
        assertThat(config("agent.usage.v1", "max.message.bytes")).isEqualTo("2097152");
        assertThat(config("agent.usage.v1", "compression.type")).isEqualTo("producer");
        assertThat(config("agent.usage.v1-dlt", "retention.ms")).isEqualTo("-1");
        assertThat(config("agent.usage.v1-dlt", "max.message.bytes")).isEqualTo("8388608");
        assertThat(config("billing.ledger.v1", "retention.ms")).isEqualTo("86400000");
    }

    @Test
    void anExistingTopicIsGrownAndConfiguredAndKeepsWhatIsNotDeclared() throws Exception {
        admin.createTopics(List.of(
                        new NewTopic("grows", 2, (short) 1)
                                .configs(Map.of("retention.ms", "1000", "segment.ms", "60000")),
                        new NewTopic("undeclared", 1, (short) 1)))
                .all()
                .get();
        Topics.awaitLeaders(admin, "grows", 2);
        TopicDeclaration declared = new TopicDeclaration("grows", 3, Map.of("retention.ms", "2000"));

        assertThat(Topics.apply(admin, List.of(declared), 1))
                .containsExactly(new Grown("grows", 2, 3), new Configured("grows", Map.of("retention.ms", "2000")));
        // The controller confirms a new setting before its broker knows it.
        await().until(() -> "2000".equals(config("grows", "retention.ms")));
        assertThat(Topics.apply(admin, List.of(declared), 1)).isEmpty();
        assertThat(config("grows", "segment.ms")).isEqualTo("60000");
        assertThat(admin.listTopics().names().get()).containsAll(Set.of("grows", "undeclared"));
    }

    @Test
    void aTopicWithMorePartitionsThanDeclaredIsLeftAlone() {
        Topics.apply(admin, List.of(new TopicDeclaration("wide", 4, Map.of())), 1);
        assertThat(Topics.apply(admin, List.of(new TopicDeclaration("wide", 2, Map.of())), 1))
                .isEmpty();
    }

    @Test
    void aMisspelledKeyIsRefused() throws Exception {
        Path file = folder.resolve("misspelled.yaml");
        Files.writeString(file, "topics:\n  - name: a\n    partitions: 1\n    configs: {retention.ms: 1}\n");
        assertThatThrownBy(() -> TopicFile.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("configs");
    }

    private String config(String topic, String name) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return admin.describeConfigs(List.of(resource))
                .values()
                .get(resource)
                .get()
                .get(name)
                .value();
    }
}
