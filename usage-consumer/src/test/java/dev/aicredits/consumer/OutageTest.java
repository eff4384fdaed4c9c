package dev.aicredits.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.ratecard.JdbcRateCards;
import dev.aicredits.testkit.DisposablePostgres;
import dev.aicredits.testkit.Patience;
import dev.aicredits.testkit.TestInfra;
import dev.aicredits.testkit.TopicReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.health.contributor.Status;

class OutageTest {

    private static final String[] IMPATIENT = {
        "spring.datasource.hikari.connection-timeout=500",
        "aicredits.usage-consumer.back-off-initial=50ms",
        "aicredits.usage-consumer.back-off-max=200ms",
        "aicredits.usage-consumer.send-timeout=1s"
    };
    private static final int EVENTS = 500;
    private static final Duration POLL_INTERVAL_MAX = Duration.ofSeconds(4);
    private static final Duration A_LITTLE = Duration.ofMillis(500);

    @ParameterizedTest
    @ValueSource(strings = {"consumer", "classic"})
    void whileTheDatabaseIsAwayTheConsumerStaysInItsGroupAndThenGoesOnByItself(String groupProtocol) throws Exception {
        try (DisposablePostgres postgres = TestInfra.disposablePostgres();
                UsageSystem system = UsageSystem.on(postgres, TestInfra.shared().broker())) {
            system.open("org_a");
            RunningConsumer consumer = system.start(and(
                    "aicredits.usage-consumer.group-protocol=" + groupProtocol,
                    "aicredits.usage-consumer.poll-interval-max=" + POLL_INTERVAL_MAX.toMillis() + "ms"));
            produce(system);
            system.awaitDrained();
            List<String> members = system.members();

            postgres.kill();
            long killed = System.nanoTime();
            produce(system);
            // One that polls no more than it books would be out of its group by then.
            Patience.awaitTrue(
                    "it fails for longer than the group waits for a poll",
                    () -> System.nanoTime() - killed
                            > POLL_INTERVAL_MAX.plus(A_LITTLE).toNanos());
            awaitFailures(consumer, 2);

            assertThat(system.members()).isEqualTo(members).hasSize(2);
            assertThat(system.committed()).isEqualTo(EVENTS);
            assertRunning(consumer);
            assertThat(consumer.httpStatus("/actuator/health/readiness")).isEqualTo(503);
            assertThat(consumer.httpStatus("/actuator/health/liveness")).isEqualTo(200);

            postgres.start();
            system.awaitDrained();
            Patience.awaitTrue(
                    "both threads are ready", () -> consumer.httpStatus("/actuator/health/readiness") == 200);

            assertThat(system.entries("org_a")).isEqualTo(2 * EVENTS);
            assertThat(system.members()).isEqualTo(members);
            assertThat(system.deadLetters()).isEmpty();
            assertThat(system.audit().run()).isEmpty();
        }
    }

    @Test
    void aStopWhileTheDatabaseIsAwayIsQuickAndCommitsNothing() {
        try (DisposablePostgres postgres = TestInfra.disposablePostgres();
                UsageSystem system = UsageSystem.on(postgres, TestInfra.shared().broker())) {
            system.open("org_a");
            RunningConsumer consumer = system.start(and("aicredits.usage-consumer.back-off-max=10s"));
            postgres.kill();
            produce(system);
            awaitFailures(consumer, 4);

            long start = System.nanoTime();
            consumer.close();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
            assertThat(system.committed()).isZero();
        }
    }

    @Test
    void aDeadLetterThatTheBrokerDoesNotTakeHoldsTheOffsetsUntilItDoes() {
        try (UsageSystem system = UsageSystem.create(1)) {
            system.open("org_a");
            system.setMessageBytesMax(system.deadLetterTopic(), 100);
            RunningConsumer consumer = system.start(IMPATIENT);
            try (UsageProducer producer = system.producer()) {
                byte[] bad = "not an event".repeat(100).getBytes(StandardCharsets.UTF_8);
                producer.send(null, null, bad, Map.of()).flush();
            }
            produce(system);
            awaitFailures(consumer, 3);

            assertThat(system.committed()).isZero();
            assertThat(system.deadLetters()).isEmpty();
            assertRunning(consumer);

            system.setMessageBytesMax(system.deadLetterTopic(), 1 << 20);
            system.awaitDrained();

            assertThat(system.entries()).isEqualTo(EVENTS);
            assertThat(system.deadLetters()).isNotEmpty().allSatisfy(letter -> assertThat(
                            TopicReader.header(letter, "dead_letter_offset"))
                    .isEqualTo("0"));
        }
    }

    @Test
    void aMissingDeadLetterTopicHoldsTheOffsetsAndCostsNoMembership() {
        try (UsageSystem system = UsageSystem.create(1)) {
            system.open("org_a");
            RunningConsumer consumer =
                    system.start(and("aicredits.usage-consumer.dead-letter-topic=absent" + system.topic()));
            try (UsageProducer producer = system.producer()) {
                for (int i = 0; i < EVENTS; i++) {
                    producer.send(null, null, new byte[] {'?'}, Map.of());
                }
                producer.flush();
            }

            // Waiting out the timeout for each of the 500 would take minutes.
            awaitFailures(consumer, 2);

            assertThat(system.committed()).isZero();
            assertThat(system.members()).hasSize(2);
            assertRunning(consumer);
        }
    }

    @Test
    void withoutARateCardNothingIsDeadLetteredAndAllIsDebitedOnceOneIsPublished() {
        try (UsageSystem system = UsageSystem.create()) {
            system.open("org_a");
            system.superuser().sql("DELETE FROM rate").update();
            system.superuser().sql("DELETE FROM rate_card").update();
            RunningConsumer consumer = system.start(IMPATIENT);
            produce(system);
            awaitFailures(consumer, 3);
            assertThat(system.committed()).isZero();
            assertRunning(consumer);

            new JdbcRateCards(system.owner()).publish(TestRates.card(1));
            system.awaitDrained();

            assertThat(system.entries("org_a")).isEqualTo(EVENTS);
            assertThat(system.deadLetters()).isEmpty();
        }
    }

    private static String[] and(String... settings) {
        return Stream.concat(Stream.of(IMPATIENT), Stream.of(settings)).toArray(String[]::new);
    }

    private static void produce(UsageSystem system) {
        try (UsageProducer producer = system.producer()) {
            for (int i = 0; i < EVENTS; i++) {
                TestUsage usage = TestUsage.of("org_a", "ag_" + i % 3);
                producer.send(null, i % 2 == 0 ? usage.key() : null, usage);
            }
            producer.flush();
        }
    }

    private static void awaitFailures(RunningConsumer consumer, int further) {
        long before = consumer.count("aicredits.usage.failures");
        Patience.awaitTrue("more tries fail", () -> consumer.count("aicredits.usage.failures") >= before + further);
    }

    private static void assertRunning(RunningConsumer consumer) {
        assertThat(consumer.container().isRunning()).isTrue();
        assertThat(consumer.health()).isEqualTo(Status.UP);
    }
}
