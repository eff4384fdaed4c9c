package dev.aicredits.messaging;

import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/**
 * DOWN while any consumer thread has failed for half a minute without a success: the database's disk is full, say, which
 * nobody sees who only connects to it. For readiness, people and alarms, and not for liveness: it goes on by itself.
 */
public final class ProgressHealth implements HealthIndicator {

    private static final Duration FAILING_MAX = Duration.ofSeconds(30);

    private final ConcurrentMessageListenerContainer<?, ?> container;

    /** Watches what {@code container}, which is one of {@link TopicConsumers}', does about failures. */
    public ProgressHealth(ConcurrentMessageListenerContainer<?, ?> container) {
        this.container = container;
    }

    @Override
    public Health health() {
        return container.getCommonErrorHandler() instanceof RepeatingErrorHandler handler
                ? of(handler.failingFor())
                : Health.unknown().build();
    }

    static Health of(Duration failing) {
        Health.Builder health = failing.compareTo(FAILING_MAX) < 0 ? Health.up() : Health.down();
        return health.withDetail("failingSeconds", failing.toSeconds()).build();
    }
}
