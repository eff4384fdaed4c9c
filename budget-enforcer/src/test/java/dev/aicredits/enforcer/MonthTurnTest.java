package dev.aicredits.enforcer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.budget.AgentBudget;
import dev.aicredits.budget.EnforcementMode;
import dev.aicredits.control.ControlSignal;
import dev.aicredits.control.Target;
import dev.aicredits.money.Usd;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the turn of a month does, in a leap year, with events on both sides of it. */
class MonthTurnTest {

    private static final Instant LEAP_DAY = Instant.parse("2028-02-29T23:00:00Z");
    private static final Instant LAST_MOMENT = Instant.parse("2028-02-29T23:59:59.999Z");
    private static final Instant MARCH = Instant.parse("2028-03-01T00:00:00Z");

    @Test
    void budgetsStartAnewAndCreditsDoNot() {
        try (EnforcerSystem system = EnforcerSystem.create(LEAP_DAY)) {
            system.open("org_a", 1_000, "ag_a", "ag_late");
            system.open("org_b", 5, "ag_b");
            system.policy("org_a", "ag_a", new AgentBudget(true, 10L, 4L, 3L, EnforcementMode.HARD_BLOCK));
            system.limit("org_a", "ag_late", 50L);
            system.start();
            system.use("org_a", "ag_a", "ada", 7);
            system.use("org_a", "ag_a", null, 3);
            system.use("org_b", "ag_b", null, 5);
            Target agent = Target.agent("org_a", "ag_a");
            Set<String> stopped = Set.of(
                    agent.key(),
                    Target.externalUser("org_a", "ag_a", "ada").key(),
                    Target.anonymous("org_a", "ag_a").key(),
                    Target.organization("org_b").key());
            system.awaitStopped(stopped);
            ControlSignal stop = system.awaitSignal(agent, 1);
            assertThat(stop.windowEndUtc()).isEqualTo(MARCH);
            assertThat(stop.limit()).isEqualTo(Usd.ofNanos(10));
            assertThat(stop.spent()).isEqualTo(Usd.ofNanos(10));

            system.clock.set(MARCH.plusMillis(1));

            system.awaitStopped(Set.of(Target.organization("org_b").key()));
            assertThat(system.awaitSignal(agent, 2).cause()).isEqualTo("month_turned");
            assertThat(system.awaitSignal(Target.externalUser("org_a", "ag_a", "ada"), 2)
                            .cause())
                    .isEqualTo("month_turned");

            // The old month's event that comes late counts there, and stops nobody now.
            system.use("org_a", "ag_late", null, 60, LAST_MOMENT);
            system.use("org_a", "ag_a", null, 9, MARCH);
            system.use("org_a", "ag_a", "bob", 3, MARCH.plusMillis(2));
            system.awaitStopped(Set.of(
                    agent.key(),
                    Target.anonymous("org_a", "ag_a").key(),
                    Target.organization("org_b").key()));
            assertThat(system.signals(Target.agent("org_a", "ag_late"))).isEmpty();
            assertThat(system.signals(agent)).extracting(ControlSignal::version).containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void anEnforcerThatWasAwayOverTheTurnFindsBothSidesOfIt() {
        try (EnforcerSystem system = EnforcerSystem.create(LEAP_DAY)) {
            system.open("org_a", 1_000, "ag_a", "ag_b");
            system.limit("org_a", "ag_a", 10L);
            system.limit("org_a", "ag_b", 10L);
            RunningEnforcer enforcer = system.start();
            system.use("org_a", "ag_a", null, 10);
            system.awaitStopped(Set.of(Target.agent("org_a", "ag_a").key()));
            enforcer.close();

            system.use("org_a", "ag_b", null, 20);
            system.clock.set(MARCH.plusMillis(1));
            system.use("org_a", "ag_a", null, 1);
            system.start();

            // What was exhausted in February only was never told, and is over.
            system.awaitStopped(Set.of());
            system.awaitSignal(Target.agent("org_a", "ag_a"), 2);
            assertThat(system.signals(Target.agent("org_a", "ag_b"))).isEmpty();
        }
    }
}
