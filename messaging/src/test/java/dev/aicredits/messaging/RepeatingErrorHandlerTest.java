package dev.aicredits.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;

/** What the error handler does to a consumer, on Kafka's own fake of one. */
class RepeatingErrorHandlerTest {

    private static final TopicPartition ZERO = new TopicPartition("usage", 0);
    private static final TopicPartition ONE = new TopicPartition("usage", 1);
    private final Exception transientFailure = new TransientDataAccessResourceException("database");
    private final Exception brokenInvariant = new BrokenInvariantException(new IllegalStateException("invariant"));

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final ConcurrentMessageListenerContainer<byte[], byte[]> container = container();
    private final RepeatingErrorHandler handler = new RepeatingErrorHandler(TestConsumer.of("usage"));

    private static ConcurrentMessageListenerContainer<byte[], byte[]> container() {
        ContainerProperties properties = new ContainerProperties("usage");
        properties.setMessageListener((BatchMessageListener<byte[], byte[]>) records -> {});
        return new ConcurrentMessageListenerContainer<>(new DefaultKafkaConsumerFactory<>(Map.of()), properties);
    }

    @BeforeEach
    void assignPartitionsAndReadThem() {
        consumer.assign(List.of(ZERO, ONE));
        consumer.updateBeginningOffsets(Map.of(ZERO, 0L, ONE, 0L));
        for (int offset = 0; offset < 5; offset++) {
            consumer.addRecord(record(ZERO, offset));
            consumer.addRecord(record(ONE, offset));
        }
    }

    private static ConsumerRecord<byte[], byte[]> record(TopicPartition partition, long offset) {
        return new ConsumerRecord<>(partition.topic(), partition.partition(), offset, null, new byte[0]);
    }

    @Test
    void aPollThatFailedForNowIsPolledAgainFromItsFirstRecords() {
        consumer.seek(ONE, 3);
        ConsumerRecords<byte[], byte[]> poll = consumer.poll(Duration.ZERO);
        assertThat(positions()).isEqualTo(Map.of(ZERO, 5L, ONE, 5L));

        handler.handleBatch(transientFailure, poll, consumer, container, () -> {});

        assertThat(positions()).isEqualTo(Map.of(ZERO, 0L, ONE, 3L));
        assertThat(handler.isAckAfterHandle()).isFalse();
    }

    @Test
    void itIsFailingFromTheFirstFailureToTheFirstSuccess() {
        ConsumerRecords<byte[], byte[]> poll = consumer.poll(Duration.ZERO);
        assertThat(handler.failingFor()).isZero();

        handler.handleBatch(transientFailure, poll, consumer, container, () -> {});
        Duration once = handler.failingFor();
        handler.handleBatch(transientFailure, poll, consumer, container, () -> {});

        assertThat(once).isPositive();
        assertThat(handler.failingFor()).isGreaterThan(once);
        handler.clearThreadState();
        assertThat(handler.failingFor()).isZero();
    }

    @Test
    void aThreadOfWhichNothingIsHeardAnyMoreIsNotFailing() {
        handler.handleBatch(transientFailure, consumer.poll(Duration.ZERO), consumer, container, () -> {});
        long now = System.nanoTime();

        assertThat(handler.failingFor(now)).isPositive();
        assertThat(handler.failingFor(now + Duration.ofMinutes(3).toNanos())).isZero();
    }

    @Test
    void failingForHalfAMinuteIsDown() {
        assertThat(ProgressHealth.of(Duration.ofMillis(29_999)).getStatus()).isEqualTo(Status.UP);
        assertThat(ProgressHealth.of(Duration.ofSeconds(30)).getStatus()).isEqualTo(Status.DOWN);
    }

    @Test
    void ofRecordsTakenOneByOneThoseThatAreDoneAreNotPolledAgain() {
        consumer.poll(Duration.ZERO);

        handler.handleRemaining(
                transientFailure, List.of(record(ONE, 4), record(ZERO, 3), record(ZERO, 4)), consumer, container);

        assertThat(positions()).isEqualTo(Map.of(ZERO, 3L, ONE, 4L));
    }

    @Test
    void aRecordThatFailedForGoodIsNotLeftBehindEither() {
        consumer.poll(Duration.ZERO);

        assertThatThrownBy(() -> handler.handleRemaining(
                        brokenInvariant, List.of(record(ZERO, 3), record(ZERO, 4)), consumer, container))
                .hasRootCauseMessage("invariant");

        assertThat(positions()).isEqualTo(Map.of(ZERO, 3L, ONE, 5L));
    }

    @Test
    void nothingIsPolledWhileItWaitsSoThatNoPollCanFailInItsTurn() {
        ConsumerRecords<byte[], byte[]> poll = consumer.poll(Duration.ZERO);
        consumer.setPollException(new TopicAuthorizationException("usage"));

        handler.handleBatch(transientFailure, poll, consumer, container, () -> {});

        assertThat(positions()).isEqualTo(Map.of(ZERO, 0L, ONE, 0L));
    }

    @Test
    void aPartitionThatIsAnothersMeanwhileIsLeftToItAndTheOthersArePolledAgain() {
        ConsumerRecords<byte[], byte[]> poll = consumer.poll(Duration.ZERO);
        consumer.assign(List.of(ONE));

        handler.handleBatch(transientFailure, poll, consumer, container, () -> {});

        assertThat(positions()).isEqualTo(Map.of(ONE, 0L));
    }

    @Test
    void aPollThatFailedForGoodIsNotLeftBehindEither() {
        ConsumerRecords<byte[], byte[]> poll = consumer.poll(Duration.ZERO);

        assertThatThrownBy(() -> handler.handleBatch(brokenInvariant, poll, consumer, container, () -> {}))
                .hasRootCauseMessage("invariant");

        assertThat(positions()).isEqualTo(Map.of(ZERO, 0L, ONE, 0L));
    }

    @Test
    void aConsumerThatCannotBePutBackStopsTheContainer() {
        ConsumerRecords<byte[], byte[]> poll = consumer.poll(Duration.ZERO);
        consumer.close();
        // A closed one answers everything, assignment() included, with IllegalStateException.

        assertThatThrownBy(() -> handler.handleBatch(transientFailure, poll, consumer, container, () -> {}))
                .hasMessageContaining("Stopped container");
    }

    /** It would poll nothing for ever, and look well. */
    @Test
    void aMemberWhoseGroupIsGoneStopsTheContainerAndOtherPollsThatFailDoNot() {
        handler.handleOtherException(new DisconnectException("broker"), consumer, container, true);

        assertThatThrownBy(() ->
                        handler.handleOtherException(new GroupIdNotFoundException("group"), consumer, container, true))
                .hasMessageContaining("Stopped container");
    }

    private Map<TopicPartition, Long> positions() {
        Map<TopicPartition, Long> positions = new HashMap<>();
        consumer.assignment().forEach(partition -> positions.put(partition, consumer.position(partition)));
        return positions;
    }
}
