package dev.aicredits.operations;

import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.access.SignedIn;
import dev.aicredits.messaging.DeadLetter;
import dev.aicredits.messaging.TopicState;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** How the topics stand, for operators. */
@RestController
class TopicController {

    private static final int SECONDS_SCALE = 3;

    /**
     * A topic of ours.
     *
     * @param exists whether the broker has it
     * @param deadLetters whether it keeps what could not be used
     * @param records how many it keeps
     */
    record TopicAnswer(
            String name,
            boolean exists,
            boolean deadLetters,
            long records,
            List<TopicPartitionAnswer> partitions,
            List<ConsumerGroupAnswer> groups) {

        static TopicAnswer of(TopicState topic, Instant now) {
            return new TopicAnswer(
                    topic.topic(),
                    !topic.partitions().isEmpty(),
                    DeadLetter.isTopic(topic.topic()),
                    topic.partitions().stream()
                            .mapToLong(partition -> partition.endOffset() - partition.startOffset())
                            .sum(),
                    topic.partitions().stream()
                            .map(partition -> new TopicPartitionAnswer(
                                    partition.partition(), partition.startOffset(), partition.endOffset()))
                            .toList(),
                    topic.groups().stream()
                            .map(group -> ConsumerGroupAnswer.of(group, now))
                            .toList());
        }
    }

    /** The offsets that a partition has: from {@code startOffset} to before {@code endOffset}. */
    record TopicPartitionAnswer(int partition, long startOffset, long endOffset) {}

    /**
     * A consumer group and how far it is behind.
     *
     * @param members how many consumers it has
     * @param lagRecords how many records it has not acknowledged
     * @param lagSeconds how long the oldest of those has waited
     */
    record ConsumerGroupAnswer(
            String groupId,
            String state,
            int members,
            long lagRecords,
            BigDecimal lagSeconds,
            List<PartitionLagAnswer> partitions) {

        static ConsumerGroupAnswer of(TopicState.Group group, Instant now) {
            return new ConsumerGroupAnswer(
                    group.groupId(),
                    group.state(),
                    group.members(),
                    group.lagRecords(),
                    BigDecimal.valueOf(group.lag(now).toMillis(), SECONDS_SCALE)
                            .setScale(SECONDS_SCALE, RoundingMode.UNNECESSARY),
                    group.lags().stream()
                            .map(lag -> new PartitionLagAnswer(
                                    lag.partition(), lag.committedOffset(), lag.records(), lag.waitingSince()))
                            .toList());
        }
    }

    /** How far it is behind in one partition, and since when the first of those records waits. */
    record PartitionLagAnswer(
            int partition,
            @Nullable Long committedOffset,
            long lagRecords,
            @Nullable Instant waitingSince) {}

    private final OperatorBroker broker;
    private final OperationsSettings settings;
    private final Clock clock;

    TopicController(OperatorBroker broker, OperationsSettings settings, Clock clock) {
        this.broker = broker;
        this.settings = settings;
        this.clock = clock;
    }

    @Requires(Grant.OPERATE)
    @GetMapping("/api/v1/operations/topics")
    List<TopicAnswer> topics(SignedIn operator) {
        List<TopicState> states = broker.states(topics -> topics.read(settings.topics()));
        Instant now = clock.instant();
        return states.stream().map(state -> TopicAnswer.of(state, now)).toList();
    }
}
