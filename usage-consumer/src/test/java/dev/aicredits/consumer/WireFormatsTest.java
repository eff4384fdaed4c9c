package dev.aicredits.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.testkit.TopicReader;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireFormatsTest {

    private static final String JSON_EVENT = "application/cloudevents+json; charset=UTF-8";
    private static final int MEGABYTE = 1 << 20;

    @Test
    void structuredAndBinaryEventsOfEveryCompressionAreDebited() {
        try (UsageSystem system = UsageSystem.create()) {
            system.open("org_a");
            RunningConsumer consumer = system.start();
            BigDecimal cost = BigDecimal.ZERO;
            for (String compression : List.of("none", "gzip", "lz4", "zstd", "snappy")) {
                try (UsageProducer producer = system.producer(Map.of("compression.type", compression))) {
                    TestUsage structured = TestUsage.of("org_a", "ag_1").withExternalUser("user");
                    TestUsage binary = TestUsage.of("org_a", "ag_1").withOutputTokens(77);
                    producer.send(structured).sendBinary(binary).flush();
                    cost = cost.add(structured.cost()).add(binary.cost());
                }
            }

            system.awaitDrained();

            assertThat(system.balance("org_a")).isEqualByComparingTo(cost.negate());
            assertThat(consumer.count("aicredits.usage.events", "outcome", "booked"))
                    .isEqualTo(10);
        }
    }

    @Test
    void anEventOfOneMegabyteIsDebitedAndTheNextByteIsTooMuch() {
        try (UsageSystem system = UsageSystem.create()) {
            system.open("org_a");
            system.start();
            TestUsage largest = TestUsage.of("org_a", "ag_1");
            TestUsage larger = TestUsage.of("org_a", "ag_1");
            try (UsageProducer producer = system.producer()) {
                producer.send(null, largest.key(), largest.jsonOf(MEGABYTE), Map.of("content-type", JSON_EVENT))
                        .send(null, larger.key(), larger.jsonOf(MEGABYTE + 1), Map.of("content-type", JSON_EVENT))
                        .flush();
            }

            system.awaitDrained();

            assertThat(system.balance("org_a"))
                    .isEqualByComparingTo(largest.cost().negate());
            assertThat(system.deadLetters()).singleElement().satisfies(letter -> assertThat(
                            TopicReader.header(letter, "dead_letter_reason"))
                    .isEqualTo("too_large"));
        }
    }

    /** In the topic they are 2 MB together, in memory 300 MB. */
    @ParameterizedTest
    @ValueSource(strings = {"consumer", "classic"})
    void aPollOfHighlyCompressedEventsEndsBeforeItFillsTheHeap(String groupProtocol) {
        int events = 300;
        try (UsageSystem system = UsageSystem.create(1)) {
            system.open("org_a");
            try (UsageProducer producer =
                    system.producer(Map.of("compression.type", "zstd", "batch.size", MEGABYTE, "linger.ms", 100))) {
                for (int i = 0; i < events; i++) {
                    TestUsage event = TestUsage.of("org_a", "ag_1");
                    producer.send(null, event.key(), event.jsonOf(MEGABYTE), Map.of("content-type", JSON_EVENT));
                }
                producer.flush();
            }
            RunningConsumer consumer = system.start(
                    "aicredits.usage-consumer.poll-bytes-max=8MB",
                    "aicredits.usage-consumer.group-protocol=" + groupProtocol);

            system.awaitDrained();

            assertThat(system.entries()).isEqualTo(events);
            assertThat(consumer.count("aicredits.usage.events", "outcome", "duplicate"))
                    .isZero();
            long batches = consumer.timed("aicredits.usage.booking");
            assertThat(batches).isGreaterThanOrEqualTo(events / 8);
        }
    }

    @Test
    void aTopicThatIsCreatedAfterTheStartIsConsumed() {
        try (UsageSystem system = UsageSystem.create()) {
            system.open("org_a");
            UsageSystem.get(system.admin().deleteTopics(List.of(system.topic())).all());
            RunningConsumer consumer = system.start();
            assertThat(consumer.health().getCode()).isEqualTo("UP");

            system.createTopic();
            try (UsageProducer producer = system.producer()) {
                producer.send(TestUsage.of("org_a", "ag_1")).flush();
            }

            system.awaitDrained();
            assertThat(system.entries()).isEqualTo(1);
        }
    }
}
