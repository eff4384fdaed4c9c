package dev.aicredits.operations;

import dev.aicredits.messaging.TopicState;
import dev.aicredits.messaging.TopicState.Group;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How the topics and their consumer groups stand, as metrics: as of the last look, and {@code NaN} from one that the broker
 * did not answer until one that it does. {@code aicredits.topic.look.age} tells how old that is.
 */
final class TopicWatch {

    private static final double MS_PER_SECOND = 1e3;

    /** What is told of one topic, or of one of its groups: its labels and a value. */
    private record Value(Tags labels, double value) {}

    private final OperatorBroker broker;
    private final List<String> topics;
    private final Clock clock;
    private final MultiGauge records;
    private final MultiGauge lagRecords;
    private final MultiGauge lagSeconds;
    private volatile Instant lookedAt;
    private List<TopicState> known = List.of();

    TopicWatch(OperatorBroker broker, List<String> topics, MeterRegistry registry, Clock clock) {
        this.broker = broker;
        this.topics = topics;
        this.clock = clock;
        this.lookedAt = clock.instant();
        records = MultiGauge.builder("aicredits.topic.records")
                .description("Records that the topic keeps")
                .register(registry);
        lagRecords = MultiGauge.builder("aicredits.topic.lag.records")
                .description("Records that the group has not acknowledged")
                .register(registry);
        lagSeconds = MultiGauge.builder("aicredits.topic.lag.seconds")
                .description("How long the oldest record that the group has not acknowledged has waited")
                .register(registry);
        Gauge.builder("aicredits.topic.look.age", () -> age(lookedAt))
                .description("How long ago the broker last told how the topics stand; since the start if it never did")
                .baseUnit("seconds")
                .register(registry);
    }

    /** Asks the broker; throws what it does when the broker does not answer, and then nothing is known of any topic. */
    synchronized void look() {
        boolean isKnown = false;
        try {
            known = broker.states(states -> states.read(topics));
            isKnown = true;
            lookedAt = clock.instant();
        } finally {
            show(isKnown);
        }
    }

    private void show(boolean isKnown) {
        List<Value> kept = new ArrayList<>();
        List<Value> behind = new ArrayList<>();
        List<Value> waited = new ArrayList<>();
        for (TopicState topic : known) {
            kept.add(new Value(Tags.of("topic", topic.topic()), recordsOf(topic)));
            for (Group group : topic.groups()) {
                Tags labels = Tags.of("topic", topic.topic(), "group", group.groupId());
                behind.add(new Value(labels, group.lagRecords()));
                waited.add(new Value(labels, secondsOf(group)));
            }
        }
        register(records, kept, isKnown);
        register(lagRecords, behind, isKnown);
        register(lagSeconds, waited, isKnown);
    }

    private static void register(MultiGauge gauge, List<Value> values, boolean isKnown) {
        List<Row<?>> rows = new ArrayList<>();
        values.forEach(value -> rows.add(Row.of(value.labels(), isKnown ? value.value() : Double.NaN)));
        gauge.register(rows, true);
    }

    private static double recordsOf(TopicState topic) {
        return topic.partitions().stream()
                .mapToLong(partition -> partition.endOffset() - partition.startOffset())
                .sum();
    }

    /** Not known if records wait and the broker did not tell since when. */
    private double secondsOf(Group group) {
        boolean isUnknown = group.lagRecords() > 0 && group.waitingSince().isEmpty();
        return isUnknown ? Double.NaN : group.lag(lookedAt).toMillis() / MS_PER_SECOND;
    }

    private double age(Instant since) {
        return Duration.between(since, clock.instant()).toMillis() / MS_PER_SECOND;
    }
}
