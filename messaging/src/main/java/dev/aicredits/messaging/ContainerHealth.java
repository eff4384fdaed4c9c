package dev.aicredits.messaging;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** DOWN as soon as any consumer thread is not running: an {@code Error} ends one without a word. */
public final class ContainerHealth implements HealthIndicator {

    private final ConcurrentMessageListenerContainer<byte[], byte[]> container;

    /** Watches the threads of {@code container}. */
    public ContainerHealth(ConcurrentMessageListenerContainer<byte[], byte[]> container) {
        this.container = container;
    }

    @Override
    public Health health() {
        long running = container.getContainers().stream()
                .filter(child -> child.isRunning() && child.isInExpectedState())
                .count();
        Health.Builder health =
                container.isRunning() && running == container.getConcurrency() ? Health.up() : Health.down();
        return health.withDetail("consumersRunning", running)
                .withDetail("consumersConfigured", container.getConcurrency())
                .build();
    }
}
