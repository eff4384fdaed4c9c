package dev.aicredits.messaging;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/**
 * DOWN unless every consumer thread is in touch with its group. One that has not joined yet, that left because a batch took
 * too long, or that finds no broker gets no records. A thread without a partition is fine: it stands by, and a rollout
 * that waited for it to have one would wait for ever.
 */
public final class GroupHealth implements HealthIndicator {

    /** How long nothing may have been heard of a member: it beats every few seconds at most, and a broker may restart. */
    static final Duration SILENCE_MAX = Duration.ofSeconds(30);

    private static final String HEARTBEAT_AGE = "last-heartbeat-seconds-ago";

    private final ConcurrentMessageListenerContainer<?, ?> container;

    /** Watches the members that the threads of {@code container} are. */
    public GroupHealth(ConcurrentMessageListenerContainer<?, ?> container) {
        this.container = container;
    }

    @Override
    public Health health() {
        long inTouch = inTouch(container.metrics().values());
        Collection<?> partitions = container.getAssignedPartitions();
        return (inTouch == container.getConcurrency() ? Health.up() : Health.down())
                .withDetail("consumersInGroup", inTouch)
                .withDetail("consumersConfigured", container.getConcurrency())
                .withDetail("partitions", partitions == null ? 0 : partitions.size())
                .build();
    }

    /** Of how many of those consumers, by their metrics, the last heartbeat is recent; a member sends one every few seconds. */
    static long inTouch(Collection<? extends Map<MetricName, ? extends Metric>> consumers) {
        return consumers.stream().filter(GroupHealth::isInTouch).count();
    }

    private static boolean isInTouch(Map<MetricName, ? extends Metric> consumer) {
        return consumer.values().stream()
                .filter(metric -> metric.metricName().name().equals(HEARTBEAT_AGE))
                .map(Metric::metricValue)
                // Negative before the first.
                .anyMatch(age -> age instanceof Number seconds
                        && seconds.doubleValue() >= 0
                        && seconds.doubleValue() <= SILENCE_MAX.toSeconds());
    }
}
