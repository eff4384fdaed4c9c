package dev.aicredits.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.Test;

class FreshPollTest {

    private static final TopicPartition P0 = new TopicPartition("t", 0);
    private static final TopicPartition P1 = new TopicPartition("t", 1);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Deque<Supplier<ConsumerRecords<byte[], byte[]>>> answers = new ArrayDeque<>();
    private final List<Duration> waits = new ArrayList<>();
    private Set<TopicPartition> assigned = Set.of(P0, P1);
    private boolean room = true;
    private long nanoTime;

    private final FreshPoll<byte[]> polls = new FreshPoll<>(
            timeout -> {
                waits.add(timeout);
                return answers.remove().get();
            },
            () -> room,
            () -> assigned,
            () -> nanoTime);

    @Test
    void whatHadBeenFetchedAheadIsJoinedByWhatHasComeSince() {
        answers.add(() -> records(P0, 5));
        answers.add(() -> records(P0, 6, 7));

        ConsumerRecords<byte[], byte[]> batch = polls.poll(TIMEOUT);

        assertThat(offsets(batch, P0)).containsExactly(5L, 6L, 7L);
        assertThat(batch.nextOffsets()).containsEntry(P0, new OffsetAndMetadata(8));
        assertThat(waits).hasSize(2).first().isEqualTo(TIMEOUT);
    }

    @Test
    void eachPartitionKeepsItsOrder() {
        answers.add(() -> records(Map.of(P0, List.of(1L, 2L))));
        answers.add(() -> records(Map.of(P1, List.of(8L), P0, List.of(3L))));

        ConsumerRecords<byte[], byte[]> batch = polls.poll(TIMEOUT);

        assertThat(offsets(batch, P0)).containsExactly(1L, 2L, 3L);
        assertThat(offsets(batch, P1)).containsExactly(8L);
        assertThat(batch.nextOffsets())
                .containsExactlyInAnyOrderEntriesOf(Map.of(P0, new OffsetAndMetadata(4), P1, new OffsetAndMetadata(9)));
    }

    @Test
    void whatWasWaitedForIsFresh() {
        answers.add(() -> {
            nanoTime += 1_000_000;
            return records(P0, 5);
        });

        assertThat(polls.poll(TIMEOUT).count()).isEqualTo(1);
        assertThat(waits).hasSize(1);
    }

    @Test
    void whereThereIsNothingOrNoRoomIsNoSecondPoll() {
        answers.add(ConsumerRecords::empty);
        assertThat(polls.poll(TIMEOUT).isEmpty()).isTrue();
        answers.add(() -> records(P0, 5));
        room = false;
        assertThat(polls.poll(TIMEOUT).count()).isEqualTo(1);
        assertThat(waits).hasSize(2);
    }

    @Test
    void aWakeUpLosesNothing() {
        answers.add(() -> records(P0, 5));
        answers.add(() -> {
            throw new WakeupException();
        });
        answers.add(ConsumerRecords::empty);

        assertThat(offsets(polls.poll(TIMEOUT), P0)).containsExactly(5L);
        assertThat(polls.poll(TIMEOUT).isEmpty()).isTrue();
    }

    @Test
    void aFailureComesAfterTheRecordsThatWereThereBeforeIt() {
        answers.add(() -> records(P0, 5));
        answers.add(() -> {
            throw new KafkaException("no longer allowed");
        });
        answers.add(() -> records(P0, 6));
        answers.add(ConsumerRecords::empty);

        assertThat(offsets(polls.poll(TIMEOUT), P0)).containsExactly(5L);
        assertThatThrownBy(() -> polls.poll(TIMEOUT)).hasMessage("no longer allowed");
        assertThat(offsets(polls.poll(TIMEOUT), P0)).containsExactly(6L);
    }

    @Test
    void recordsOfAPartitionThatWentInBetweenAreTheOtherConsumers() {
        answers.add(() -> records(Map.of(P0, List.of(1L), P1, List.of(2L))));
        answers.add(() -> {
            assigned = Set.of(P1);
            return ConsumerRecords.empty();
        });

        ConsumerRecords<byte[], byte[]> batch = polls.poll(TIMEOUT);

        assertThat(batch.partitions()).containsExactly(P1);
        assertThat(batch.nextOffsets()).containsOnlyKeys(P1);
    }

    private static ConsumerRecords<byte[], byte[]> records(TopicPartition partition, long... offsets) {
        List<Long> list = new ArrayList<>();
        for (long offset : offsets) {
            list.add(offset);
        }
        return records(Map.of(partition, list));
    }

    private static ConsumerRecords<byte[], byte[]> records(Map<TopicPartition, List<Long>> offsets) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new LinkedHashMap<>();
        Map<TopicPartition, OffsetAndMetadata> next = new LinkedHashMap<>();
        offsets.forEach((partition, list) -> {
            records.put(
                    partition,
                    list.stream()
                            .map(offset -> new ConsumerRecord<>(
                                    partition.topic(), partition.partition(), offset, new byte[0], new byte[0]))
                            .toList());
            next.put(partition, new OffsetAndMetadata(list.get(list.size() - 1) + 1));
        });
        return new ConsumerRecords<>(records, next);
    }

    private static List<Long> offsets(ConsumerRecords<byte[], byte[]> batch, TopicPartition partition) {
        return batch.records(partition).stream().map(ConsumerRecord::offset).toList();
    }
}
