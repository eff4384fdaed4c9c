package dev.aicredits.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.BatchMessageListener;

class OffsetCommitsTest {

    private static final TopicPartition KEPT = new TopicPartition("usage", 0);
    private static final TopicPartition GIVEN = new TopicPartition("usage", 1);

    private final Logger logger = (Logger) LoggerFactory.getLogger(OffsetCommits.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(lines);
    }

    @Test
    void aCommitThatFailedIsCountedAndSaidInALine() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        OffsetCommitCallback callback = TopicConsumers.container(
                        TestConsumer.of("usage"),
                        new DefaultKafkaConsumerFactory<>(Map.of()),
                        (BatchMessageListener<byte[], byte[]>) records -> {},
                        registry)
                .getContainerProperties()
                .getCommitCallback();

        callback.onComplete(Map.of(), null);
        assertThat(failures(registry)).isZero();
        assertThat(lines.list).isEmpty();
        callback.onComplete(Map.of(), new CommitFailedException("not a payload"));

        assertThat(failures(registry)).isOne();
        assertThat(lines.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(line.getKeyValuePairs())
                    .extracting(Object::toString)
                    .containsExactly("topic=\"usage\"", "group=\"usage-group\"", "cause=\"CommitFailedException\"");
            assertThat(line.getThrowableProxy()).isNull();
        });
    }

    @Test
    void aPartitionThatGoesToAnotherHasItsFailedCommitRepeatedFirst() {
        OffsetCommits commits = new OffsetCommits(TestConsumer.of("usage"), new SimpleMeterRegistry());
        MockConsumer<byte[], byte[]> consumer = consumer();

        commits.onComplete(Map.of(KEPT, new OffsetAndMetadata(5), GIVEN, new OffsetAndMetadata(7)), refused());
        commits.onPartitionsRevokedAfterCommit(consumer, List.of(GIVEN));

        assertThat(consumer.committed(Set.of(KEPT, GIVEN))).containsExactly(entry(GIVEN, new OffsetAndMetadata(7)));
    }

    @Test
    void anOlderCommitThatSucceedsLaterCoversNothingNewer() {
        OffsetCommits commits = new OffsetCommits(TestConsumer.of("usage"), new SimpleMeterRegistry());
        MockConsumer<byte[], byte[]> consumer = consumer();

        commits.onComplete(Map.of(GIVEN, new OffsetAndMetadata(7)), refused());
        commits.onComplete(Map.of(GIVEN, new OffsetAndMetadata(6)), null);
        commits.onPartitionsRevokedAfterCommit(consumer, List.of(GIVEN));

        assertThat(consumer.committed(Set.of(GIVEN))).containsExactly(entry(GIVEN, new OffsetAndMetadata(7)));
    }

    @Test
    void aRebalanceThatRefusedACommitIsFollowedByIt() {
        OffsetCommits commits = new OffsetCommits(TestConsumer.of("usage"), new SimpleMeterRegistry());
        MockConsumer<byte[], byte[]> consumer = consumer();

        commits.onComplete(Map.of(KEPT, new OffsetAndMetadata(5)), refused());
        commits.onPartitionsAssigned(consumer, List.of(GIVEN));

        assertThat(consumer.committed(Set.of(KEPT, GIVEN))).containsExactly(entry(KEPT, new OffsetAndMetadata(5)));
    }

    @Test
    void aCommitThatFailedIsMadeAgainThoughNothingMoreComes() {
        OffsetCommits commits = new OffsetCommits(TestConsumer.of("usage"), new SimpleMeterRegistry());
        MockConsumer<byte[], byte[]> consumer = consumer();
        commits.onPartitionsAssigned(consumer, List.of(KEPT, GIVEN));

        commits.onComplete(Map.of(KEPT, new OffsetAndMetadata(5)), new RetriableCommitFailedException("timed out"));
        commits.onComplete(Map.of(GIVEN, new OffsetAndMetadata(7)), new CommitFailedException("another has it"));

        assertThat(consumer.committed(Set.of(KEPT, GIVEN))).containsExactly(entry(KEPT, new OffsetAndMetadata(5)));
    }

    @Test
    void anEarlierOffsetThatCameLaterIsNotTheLastWord() {
        OffsetCommits commits = new OffsetCommits(TestConsumer.of("usage"), new SimpleMeterRegistry());
        MockConsumer<byte[], byte[]> consumer = consumer();
        commits.onPartitionsAssigned(consumer, List.of(KEPT));

        commits.onComplete(Map.of(KEPT, new OffsetAndMetadata(9)), null);
        assertThat(consumer.committed(Set.of(KEPT))).isEmpty();
        commits.onComplete(Map.of(KEPT, new OffsetAndMetadata(5)), null);

        assertThat(consumer.committed(Set.of(KEPT))).containsExactly(entry(KEPT, new OffsetAndMetadata(9)));
    }

    @Test
    void aCommitThatFailsForEverIsGivenUp() {
        OffsetCommits commits = new OffsetCommits(TestConsumer.of("usage"), new SimpleMeterRegistry());
        int[] tries = new int[1];
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest") {
            @Override
            public synchronized void commitAsync(
                    Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
                tries[0]++;
                callback.onComplete(offsets, refused());
            }
        };
        commits.onPartitionsAssigned(consumer, List.of(KEPT));

        commits.onComplete(Map.of(KEPT, new OffsetAndMetadata(5)), refused());

        assertThat(tries[0]).isBetween(5, 100);
    }

    @Test
    void anotherConsumersCommitsNeitherProlongNorShortenTheTries() {
        OffsetCommits commits = new OffsetCommits(TestConsumer.of("usage"), new SimpleMeterRegistry());
        int[] tries = new int[1];
        MockConsumer<byte[], byte[]> failing = new MockConsumer<>("earliest") {
            @Override
            public synchronized void commitAsync(
                    Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
                tries[0]++;
                commits.onComplete(Map.of(GIVEN, new OffsetAndMetadata(tries[0])), null);
                assertThat(tries[0]).isLessThan(100);
                callback.onComplete(offsets, refused());
            }
        };
        MockConsumer<byte[], byte[]> healthy = consumer();
        commits.onPartitionsAssigned(failing, List.of(KEPT));
        commits.onPartitionsAssigned(healthy, List.of(GIVEN));

        commits.onComplete(Map.of(KEPT, new OffsetAndMetadata(5)), refused());
        assertThat(tries[0]).isGreaterThan(5);
        commits.onComplete(Map.of(GIVEN, new OffsetAndMetadata(500)), refused());

        assertThat(healthy.committed(Set.of(GIVEN))).containsExactly(entry(GIVEN, new OffsetAndMetadata(500)));
    }

    @Test
    void whatALaterCommitCoveredOrAnotherHasByNowIsNotCommittedAgain() {
        OffsetCommits commits = new OffsetCommits(TestConsumer.of("usage"), new SimpleMeterRegistry());
        MockConsumer<byte[], byte[]> consumer = consumer();

        commits.onComplete(Map.of(KEPT, new OffsetAndMetadata(5), GIVEN, new OffsetAndMetadata(7)), refused());
        commits.onComplete(Map.of(KEPT, new OffsetAndMetadata(6)), null);
        commits.onPartitionsLost(consumer, List.of(GIVEN));
        commits.onPartitionsAssigned(consumer, List.of());
        commits.onPartitionsRevokedAfterCommit(consumer, List.of(KEPT, GIVEN));

        assertThat(consumer.committed(Set.of(KEPT, GIVEN))).isEmpty();
    }

    private static MockConsumer<byte[], byte[]> consumer() {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
        consumer.assign(List.of(KEPT, GIVEN));
        return consumer;
    }

    private static Exception refused() {
        return new RebalanceInProgressException();
    }

    private static double failures(SimpleMeterRegistry registry) {
        return registry.get("aicredits.topic.commit.failures")
                .tags("topic", "usage", "group", "usage-group")
                .counter()
                .count();
    }
}
