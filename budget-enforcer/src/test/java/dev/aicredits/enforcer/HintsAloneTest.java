package dev.aicredits.enforcer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.control.Target;
import dev.aicredits.money.Usd;
import dev.aicredits.testkit.Patience;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What stops and resumes by its hint: here no sweep comes that would find it. */
class HintsAloneTest {

    private static final Map<String, String> NO_SWEEP =
            Map.of("sweep-interval", "1h", "cover-interval", "1h", "whole-sweep-interval", "1h");

    private static EnforcerSystem system;
    private static RunningEnforcer enforcer;

    @BeforeAll
    static void start() {
        system = EnforcerSystem.create(Instant.parse("2026-11-25T12:00:00Z"));
        enforcer = system.start(NO_SWEEP);
    }

    @AfterAll
    static void stop() {
        system.close();
    }

    @Test
    void aCaptureThatLeavesNoCreditsStopsAndOneThatLeavesSomeDoesNot() {
        Target organization = stoppedAtMinusOne("org_capture");
        system.credit("org_capture", 11);
        system.awaitSignal(organization, 2);

        system.capture("org_capture", "ag_org_capture", Usd.ofNanos(10), Usd.ofNanos(9));
        system.capture("org_capture", "ag_org_capture", Usd.ofNanos(1), Usd.ofNanos(1));

        assertThat(system.awaitSignal(organization, 3).balance()).isEqualTo(Usd.ZERO);
        assertThat(system.signals(organization)).hasSize(3);
    }

    /** What called for nothing before a stop calls for a resume after it, and the other way round. */
    @Test
    void creditsThatComeBackToWhereTheyWereResumeAndThoseThatFallThereAgainStop() {
        Target organization = stoppedAtMinusOne("org_returns");
        system.credit("org_returns", 1_001);
        assertThat(system.awaitSignal(organization, 2).stops()).isFalse();
        system.use("org_returns", "ag_org_returns", null, 100);
        awaitLook();

        system.use("org_returns", "ag_org_returns", null, 900);
        assertThat(system.awaitSignal(organization, 3).stops()).isTrue();
        system.use("org_returns", "ag_org_returns", null, 5);
        awaitLook();

        system.credit("org_returns", 605);
        assertThat(system.awaitSignal(organization, 4).stops()).isFalse();
        system.use("org_returns", "ag_org_returns", null, 603);
        assertThat(system.awaitSignal(organization, 5).stops()).isTrue();
    }

    /** Of movements whose hints are lost another process may decide first; a sweep of this one finds nothing to do then. */
    @Test
    void whatAnotherProcessDecidedOfMovementsWithoutHintsHidesNoStopAndNoResume() {
        Target stops = stoppedAtMinusOne("org_resumed_elsewhere");
        system.use("org_resumed_elsewhere", "ag_org_resumed_elsewhere", null, 1);
        Target unswept = stoppedAtMinusOne("org_unswept");
        system.use("org_unswept", "ag_org_unswept", null, 1);
        Target resumes = stoppedAtMinusOne("org_stopped_elsewhere");
        system.credit("org_stopped_elsewhere", 1_001);
        system.awaitSignal(resumes, 2);
        system.use("org_stopped_elsewhere", "ag_org_stopped_elsewhere", null, 100);
        awaitLook();

        system.withoutHints(() -> {
            system.credit("org_resumed_elsewhere", 10);
            system.credit("org_unswept", 10);
            system.use("org_stopped_elsewhere", "ag_org_stopped_elsewhere", null, 950);
        });
        try (RunningEnforcer other = system.start(Map.of("group-id", system.ledgerTopic() + "-others"))) {
            assertThat(system.awaitSignal(stops, 2).stops()).isFalse();
            assertThat(system.awaitSignal(unswept, 2).stops()).isFalse();
            assertThat(system.awaitSignal(resumes, 3).stops()).isTrue();
        }
        Enforcer sweeping = enforcer.application().bean(Enforcer.class);
        Patience.awaitTrue(
                "a sweep finds nothing to do",
                () -> sweeping.enforceAll(List.of("org_resumed_elsewhere", "org_stopped_elsewhere")) == 0);

        system.use("org_resumed_elsewhere", "ag_org_resumed_elsewhere", null, 20);
        assertThat(system.awaitSignal(stops, 3).stops()).isTrue();
        system.use("org_unswept", "ag_org_unswept", null, 20);
        assertThat(system.awaitSignal(unswept, 3).stops()).isTrue();
        system.credit("org_stopped_elsewhere", 650);
        assertThat(system.awaitSignal(resumes, 4).stops()).isFalse();
    }

    private static Target stoppedAtMinusOne(String organization) {
        Target target = Target.organization(organization);
        system.open(organization, 0, "ag_" + organization);
        system.credit(organization, -1);
        system.awaitSignal(target, 1);
        return target;
    }

    /** Hints of all organizations are read in turn: once one that came later has its stop, those before it are looked at. */
    private static void awaitLook() {
        stoppedAtMinusOne("org_later_" + System.nanoTime());
    }
}
