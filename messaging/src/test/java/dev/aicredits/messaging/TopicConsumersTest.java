package dev.aicredits.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

/** What Kafka's consumers are told of their group. */
class TopicConsumersTest {

    @Test
    void membersOfAClassicGroupSayThemselvesHowSoonTheyAreGivenUp() {
        assertThat(config("classic", Map.of()))
                .containsEntry("group.protocol", "classic")
                .containsEntry("session.timeout.ms", 6_000)
                .containsEntry("heartbeat.interval.ms", 500);
    }

    @Test
    void whatAnOperatorSaysOfItHolds() {
        assertThat(config("classic", Map.of("session.timeout.ms", "45000")))
                .containsEntry("session.timeout.ms", "45000")
                .containsEntry("heartbeat.interval.ms", 500);
    }

    /** The client of the newer protocol refuses what the broker says there. */
    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void kafkasClientTakesWhatItIsTold(String protocol) {
        Map<String, Object> config = config(protocol, Map.of("bootstrap.servers", "127.0.0.1:1", "group.id", "g"));

        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            assertThat(consumer.subscription()).isEmpty();
        }
    }

    private static Map<String, Object> config(String protocol, Map<String, String> properties) {
        KafkaProperties kafka = new KafkaProperties();
        kafka.getConsumer().getProperties().putAll(properties);
        return TopicConsumers.config(kafka, TestConsumer.of("topic", protocol));
    }
}
