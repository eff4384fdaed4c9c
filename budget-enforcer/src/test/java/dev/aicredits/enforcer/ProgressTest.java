package dev.aicredits.enforcer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.enforcer.JdbcStandings.Standing;
import dev.aicredits.messaging.BillingHint;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final Progress progress = new Progress();
    private long nowNanos;

    @Test
    void anOrganizationThatWasNeverLookedAtIsBehind() {
        assertThat(behind(3, 0)).isTrue();
        progress.complete(at(3, 0));
        assertThat(behind(3, 0)).isFalse();
        progress.forget(organization -> organization.equals("org"));
        assertThat(behind(3, 0)).isTrue();
    }

    @Test
    void oneWhoseHintIsStillOnItsWayIsNotAndOneWhoseHintIsLostIs() {
        progress.complete(at(3, 0));
        assertThat(behind(5, 0)).isFalse();
        progress.follow(ledger(5, 3));
        assertThat(behind(6, 0)).isFalse();
        assertThat(behind(7, 0)).isTrue();
    }

    @Test
    void whileHintsAreLateTheyAreNotLost() {
        Duration late = Duration.ofMillis(1_200);
        progress.complete(at(3, 0));
        assertThat(behind(5, 0)).isFalse();
        assertThat(behind(6, 0, late)).isFalse();
        assertThat(behind(7, 0, late)).isFalse();
        assertThat(behind(8, 0, late)).as("for longer than they are late").isTrue();
        assertThat(behind(8, 0, late)).as("compared with the scan before").isFalse();
    }

    @Test
    void aHintThatComesAfterALostOneDoesNotMakeUpForIt() {
        progress.complete(at(3, 0));
        progress.follow(ledger(6, 5));
        assertThat(behind(6, 0)).isFalse();
        assertThat(behind(6, 0)).isTrue();
    }

    @Test
    void hintsThatComeTwiceOrInAnotherOrderDoNoHarm() {
        progress.complete(at(3, 0));
        progress.follow(ledger(4, 3));
        progress.follow(ledger(4, 3));
        progress.follow(ledger(6, 4));
        progress.follow(ledger(5, 5));
        behind(6, 0);
        assertThat(behind(6, 0)).isFalse();
    }

    @Test
    void changedBudgetsAreFollowedByTheirRevision() {
        progress.complete(at(3, 1));
        assertThat(behind(3, 2)).isFalse();
        assertThat(behind(3, 2)).isTrue();
        progress.follow(new BillingHint("org", null, null, 2L, List.of(), null));
        assertThat(behind(3, 2)).isFalse();
    }

    @Test
    void whatIsUnpublishedIsBehind() {
        progress.complete(at(3, 0));
        assertThat(progress.behind(List.of(new Standing("org", 3, 0, true)), Duration.ZERO, 0))
                .hasSize(1);
    }

    private boolean behind(long entrySeq, long revision) {
        return behind(entrySeq, revision, Duration.ZERO);
    }

    private boolean behind(long entrySeq, long revision, Duration hintDelay) {
        nowNanos += Duration.ofMillis(500).toNanos();
        return !progress.behind(List.of(at(entrySeq, revision)), hintDelay, nowNanos)
                .isEmpty();
    }

    private static Standing at(long entrySeq, long revision) {
        return new Standing("org", entrySeq, revision, false);
    }

    private static BillingHint ledger(long entrySeq, long previous) {
        return new BillingHint("org", entrySeq, previous, null, List.of(), null);
    }
}
