package dev.aicredits.operations;

import dev.aicredits.api.ApiClient;
import dev.aicredits.api.ApiSystem;
import dev.aicredits.api.TestOrganization;
import dev.aicredits.messaging.DeadLetterMessage;
import dev.aicredits.testkit.TestInfra;
import dev.aicredits.testkit.TopicReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import tools.jackson.databind.JsonNode;

/** One test's dead letters, which are those of its reason: a test has an organization and a reason of its own. */
final class DeadLetterBox {

    static final String PATH = "/api/v1/operations/dead-letters";
    static final String USAGE = ApiSystem.TOPICS.get(0);
    static final String LETTERS = ApiSystem.TOPICS.get(1);

    final ApiClient operator = ApiSystem.shared().operator();
    final TestOrganization organization = ApiSystem.shared().organization();
    final String reason = "reason_" + UUID.randomUUID();

    String refuse(String key, byte[] value, String... headers) {
        return refuse(LETTERS, key, value, Instant.now(), headers);
    }

    /** Writes a letter, as a worker does, and returns its id. */
    String refuse(String topic, String key, byte[] value, Instant at, String... headers) {
        RecordHeaders all = new RecordHeaders();
        for (String header : headers) {
            all.add(header.split("=", 2)[0], bytes(header.split("=", 2)[1]));
        }
        ConsumerRecord<byte[], byte[]> original = new ConsumerRecord<>(
                topic.replace("-dlt", ""),
                3,
                42,
                1000,
                TimestampType.CREATE_TIME,
                1,
                1,
                key == null ? null : bytes(key),
                value,
                all,
                Optional.empty());
        ProducerRecord<byte[], byte[]> letter =
                DeadLetterMessage.of(topic, original, reason, "of tests", Instant.parse("2026-03-01T00:00:00Z"));
        return written(
                new ProducerRecord<>(topic, null, at.toEpochMilli(), letter.key(), letter.value(), letter.headers()));
    }

    static String written(ProducerRecord<byte[], byte[]> letter) {
        Map<String, Object> config =
                Map.of("bootstrap.servers", TestInfra.shared().bootstrapServers());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            RecordMetadata there = producer.send(letter).get();
            return there.topic() + "/" + there.partition() + "/" + there.offset();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    ApiClient.Answer replay(String members) {
        return operator.post(PATH + "/replay", "{" + members + ",\"reason\":\"price added\"}");
    }

    static List<String> outcomes(ApiClient.Answer answer) {
        return answer.json()
                .path("data")
                .valueStream()
                .map(letter -> letter.path("id").asString() + " "
                        + letter.path("outcome").asString())
                .toList();
    }

    static Optional<String> next(ApiClient.Answer answer) {
        JsonNode next = answer.json().required("nextCursor");
        return next.isNull() ? Optional.empty() : Optional.of(next.asString());
    }

    /** What was sent back of this test's organization. */
    List<ConsumerRecord<byte[], byte[]>> sent() {
        return TopicReader.read(TestInfra.shared().bootstrapServers(), USAGE).stream()
                .filter(record -> organization.id().equals(new String(record.key(), StandardCharsets.UTF_8)))
                .toList();
    }
}
