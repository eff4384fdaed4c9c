package dev.aicredits.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicredits.api.ApiSystem;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.testkit.TestInfra;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import tools.jackson.databind.JsonNode;

/** How topics stand, over HTTP, on a real broker. */
class TopicsTest {

    private static final ApiSystem SYSTEM = ApiSystem.shared();
    private static final String TOPIC = "stripe.events.v1";
    private static final long WAITED_MS = Duration.ofHours(1).toMillis();

    @Test
    void aGroupsLagIsInRecordsAndInTheSecondsThatTheOldestHasWaited() throws Exception {
        String group = "group-" + UUID.randomUUID();
        TopicPartition partition = new TopicPartition(TOPIC, 0);
        long before = end(partition);
        send(System.currentTimeMillis() - 2 * WAITED_MS);
        send(System.currentTimeMillis() - WAITED_MS);
        send(System.currentTimeMillis());
        commit(group, Map.of(partition, new OffsetAndMetadata(before + 1)));

        JsonNode topic = topic(TOPIC);
        JsonNode lag = topic.path("groups")
                .valueStream()
                .filter(candidate -> candidate.path("groupId").asString().equals(group))
                .findFirst()
                .orElseThrow();

        assertThat(topic.path("exists").asBoolean()).isTrue();
        assertThat(topic.path("partitions")).hasSize(2);
        assertThat(topic.path("partitions").get(0).path("endOffset").asLong()).isEqualTo(before + 3);
        assertThat(lag.path("state").asString()).isEqualTo("Empty");
        assertThat(lag.path("members").asInt()).isZero();
        assertThat(lag.path("lagRecords").asLong()).isEqualTo(2);
        assertThat(lag.path("lagSeconds").decimalValue().doubleValue()).isBetween(3600.0, 3660.0);
        assertThat(lag.path("partitions").get(0).path("committedOffset").asLong())
                .isEqualTo(before + 1);
        assertThat(lag.path("partitions").get(1).path("committedOffset").isNull())
                .isTrue();

        commit(group, Map.of(partition, new OffsetAndMetadata(before + 3)));
        assertThat(topic(TOPIC)
                        .path("groups")
                        .valueStream()
                        .filter(candidate ->
                                candidate.path("groupId").asString().equals(group))
                        .map(candidate -> candidate.path("lagRecords").asLong() + " "
                                + candidate.path("lagSeconds").decimalValue())
                        .toList())
                .containsExactly("0 0.000");
    }

    @Test
    void metricsTellHowTopicsStand() throws Exception {
        String group = "group-" + UUID.randomUUID();
        TopicPartition partition = new TopicPartition(TOPIC, 0);
        send(System.currentTimeMillis() - WAITED_MS);
        commit(group, Map.of(partition, new OffsetAndMetadata(end(partition) - 1)));
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new TopicWatch(SYSTEM.bean(OperatorBroker.class), List.of(TOPIC), registry, Clock.systemUTC()).look();

        // Of the other partition it has acknowledged nothing; the oldest in both has waited longest.
        assertThat(gauge(registry, "aicredits.topic.lag.records", group)).isGreaterThanOrEqualTo(1);
        assertThat(gauge(registry, "aicredits.topic.lag.seconds", group)).isGreaterThanOrEqualTo(3600.0);
        assertThat(registry.get("aicredits.topic.records").gauge().value()).isGreaterThanOrEqualTo(1);
        assertThat(registry.get("aicredits.topic.look.age").gauge().value()).isBetween(0.0, 60.0);
    }

    /** A client that was closed stands for a broker that goes away. */
    @Test
    void whatWasToldOfTopicsIsUnknownOnceTheBrokerIsAway() {
        KafkaProperties kafka = new KafkaProperties();
        kafka.setBootstrapServers(List.of(TestInfra.shared().bootstrapServers().split(",")));
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        OperatorBroker broker = new OperatorBroker(kafka, Duration.ofSeconds(5));
        TopicWatch watch = new TopicWatch(broker, List.of(TOPIC), registry, Clock.systemUTC());
        watch.look();
        broker.close();

        assertThatThrownBy(watch::look).isInstanceOf(RuntimeException.class);
        assertThat(registry.get("aicredits.topic.records").gauge().value()).isNaN();
    }

    private static double gauge(SimpleMeterRegistry registry, String name, String group) {
        return registry.get(name).tags("topic", TOPIC, "group", group).gauge().value();
    }

    @Test
    void everyTopicIsThereAndOneThatTheBrokerDoesNotHaveSaysSo() {
        assertThat(SYSTEM.operator()
                        .get("/api/v1/operations/topics")
                        .json()
                        .valueStream()
                        .map(topic -> topic.path("name").asString() + " "
                                + topic.path("exists").asBoolean() + " "
                                + topic.path("deadLetters").asBoolean())
                        .toList())
                .containsExactly(
                        "usage-of-tests true false",
                        "usage-of-tests-dlt true true",
                        "stripe.events.v1 true false",
                        "stripe.events.v1-dlt true true",
                        "absent false false");
    }

    @Test
    void aBrokerThatIsAwayIsSaidToBe() {
        KafkaProperties kafka = new KafkaProperties();
        kafka.setBootstrapServers(List.of("127.0.0.1:1"));
        try (OperatorBroker broker = new OperatorBroker(kafka, Duration.ofMillis(200))) {
            assertThat(catchCode(() -> broker.states(states -> states.read(List.of("x")))))
                    .isEqualTo("broker_unavailable");
            assertThat(catchCode(() -> broker.reads(reads -> reads.ends(List.of(new TopicPartition("x", 0))))))
                    .isEqualTo("broker_unavailable");
        }
    }

    private static String catchCode(Runnable question) {
        try {
            question.run();
            return "an answer";
        } catch (ProblemException e) {
            return e.problem().code();
        }
    }

    private static JsonNode topic(String name) {
        return SYSTEM.operator()
                .get("/api/v1/operations/topics")
                .json()
                .valueStream()
                .filter(topic -> topic.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void send(long timestamp) throws Exception {
        Map<String, Object> config =
                Map.of("bootstrap.servers", TestInfra.shared().bootstrapServers());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, 0, timestamp, new byte[1], new byte[1]))
                    .get();
        }
    }

    private static void commit(String group, Map<TopicPartition, OffsetAndMetadata> offsets) {
        consumer(group, consumer -> {
            consumer.assign(offsets.keySet());
            consumer.commitSync(offsets);
            return 0L;
        });
    }

    private static long end(TopicPartition partition) {
        return consumer(
                "none", consumer -> consumer.endOffsets(List.of(partition)).get(partition));
    }

    private static long consumer(String group, ToLongFunction<KafkaConsumer<byte[], byte[]>> question) {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                TestInfra.shared().bootstrapServers(),
                "group.id",
                group,
                "enable.auto.commit",
                false);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return question.applyAsLong(consumer);
        }
    }
}
