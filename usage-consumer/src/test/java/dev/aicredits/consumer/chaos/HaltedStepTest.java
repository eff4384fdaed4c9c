package dev.aicredits.consumer.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HaltedStepTest {

    private static final int RECORDS = 400;

    /**
     * One partition, and everything in it before the first worker starts: every worker takes all of it as one batch. Each
     * is the restart after the halt before.
     */
    @Test
    void aBatchHaltedAtAnyStepIsDebitedOnceAndItsChangesArePublishedAgain() {
        try (ChaosLedger ledger = new ChaosLedger(ChaosSystem.shared(), 1);
                UsageTraffic traffic = ledger.traffic(Seed.of("HaltedStepTest"))) {
            traffic.burst(RECORDS);
            int organizations = SentUsage.ORGANIZATIONS;

            haltAt(Step.BEFORE_BOOKING, ledger);
            assertState("halted before booking", ledger, 0, 0, 0);

            haltAt(Step.AFTER_BOOKING, ledger);
            assertState("halted after booking", ledger, traffic.sent().size(), 0, 0);

            haltAt(Step.BEFORE_OFFSETS, ledger);
            assertState("halted before the offsets", ledger, traffic.sent().size(), organizations, 0);

            try (Worker worker = ledger.launch("worker")) {
                ledger.awaitDrained(worker);
            }
            assertState("drained", ledger, traffic.sent().size(), 2 * organizations, RECORDS);
            ExactlyOnce.verify(ledger, traffic);
        }
    }

    private static void haltAt(Step step, ChaosLedger ledger) {
        try (Worker worker = ledger.launchHalting(step)) {
            ledger.await(worker.name(), () -> !worker.isAlive());
        }
    }

    private static void assertState(String when, ChaosLedger ledger, long entries, int changes, long offset) {
        assertThat(ledger.entries()).as("entries, " + when).isEqualTo(entries);
        assertThat(ledger.topics().changes()).as("changes published, " + when).hasSize(changes);
        assertThat(ledger.topics().committed()).as("offset committed, " + when).isEqualTo(offset);
    }
}
