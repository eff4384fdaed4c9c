package dev.aicredits.enforcer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.control.Target;
import dev.aicredits.money.Usd;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Captures of holds stop whom they leave without credits by their hint: here no sweep comes that would find it. */
class CaptureTest {

    private static final Map<String, String> NO_SWEEP =
            Map.of("sweep-interval", "1h", "cover-interval", "1h", "whole-sweep-interval", "1h");

    @Test
    void aCaptureThatLeavesNoCreditsStopsByItsHintAndOneThatLeavesSomeDoesNot() {
        try (EnforcerSystem system = EnforcerSystem.create(Instant.parse("2026-11-25T12:00:00Z"))) {
            system.start(NO_SWEEP);
            Target organization = Target.organization("org");
            system.open("org", 0, "agent");
            system.credit("org", -1);
            system.awaitSignal(organization, 1);
            system.credit("org", 11);
            system.awaitSignal(organization, 2);

            system.capture("org", "agent", Usd.ofNanos(10), Usd.ofNanos(9));
            system.capture("org", "agent", Usd.ofNanos(1), Usd.ofNanos(1));

            assertThat(system.awaitSignal(organization, 3).balance()).isEqualTo(Usd.ZERO);
            assertThat(system.signals(organization)).hasSize(3);
        }
    }
}
