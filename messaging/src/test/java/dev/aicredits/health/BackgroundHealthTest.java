package dev.aicredits.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class BackgroundHealthTest {

    private record Work(String workName, boolean goesOn) implements BackgroundWork {}

    @Test
    void itIsDownOnceOneHasEndedAndNamesIt() {
        Health health = new BackgroundHealth(List.of(new Work("sweep", true), new Work("watch", false))).health();

        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails()).containsEntry("ended", List.of("watch"));
    }

    @Test
    void itIsUpWhileAllGoOn() {
        assertThat(new BackgroundHealth(List.of(new Work("sweep", true)))
                        .health()
                        .getStatus())
                .isEqualTo(Status.UP);
    }
}
