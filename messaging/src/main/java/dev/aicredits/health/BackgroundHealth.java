package dev.aicredits.health;

import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** DOWN as soon as any work in the background has ended by itself: nothing but a restart brings it back. */
public final class BackgroundHealth implements HealthIndicator {

    private final List<BackgroundWork> works;

    /** Watches {@code works}. */
    public BackgroundHealth(List<? extends BackgroundWork> works) {
        this.works = List.copyOf(works);
    }

    @Override
    public Health health() {
        List<String> ended = works.stream()
                .filter(work -> !work.goesOn())
                .map(BackgroundWork::workName)
                .sorted()
                .toList();
        return (ended.isEmpty() ? Health.up() : Health.down())
                .withDetail("ended", ended)
                .build();
    }
}
