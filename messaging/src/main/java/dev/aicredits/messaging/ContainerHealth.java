package dev.aicredits.messaging;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/**
 * DOWN as soon as any consumer thread is not running: an {@code Error} ends one without a word, and only a new process
 * starts it again. Not while the process itself is ending, when threads stop because they have been told to.
 */
public final class ContainerHealth implements HealthIndicator, ApplicationListener<ContextClosedEvent> {

    private final ConcurrentMessageListenerContainer<?, ?> container;
    private volatile boolean isEnding;

    /** Watches the threads of {@code container}. */
    public ContainerHealth(ConcurrentMessageListenerContainer<?, ?> container) {
        this.container = container;
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        isEnding = true;
    }

    @Override
    public Health health() {
        long running = container.getContainers().stream()
                .filter(child -> child.isRunning() && child.isInExpectedState())
                .count();
        boolean isWhole = container.isRunning() && running == container.getConcurrency();
        return (isWhole || isEnding ? Health.up() : Health.down())
                .withDetail("consumersRunning", running)
                .withDetail("consumersConfigured", container.getConcurrency())
                .build();
    }
}
