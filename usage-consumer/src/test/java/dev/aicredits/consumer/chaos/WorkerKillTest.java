package dev.aicredits.consumer.chaos;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WorkerKillTest {

    private static final int KILLS = 10;
    /** Of so many workers one is killed while it starts, joins or takes its first batches. */
    private static final int EACH_AT_ITS_START = 3;

    private static final int PARTITIONS = 6;

    @Test
    void everyEventIsDebitedOnceWhenTheWorkerIsKilledTenTimes() {
        SplittableRandom random = Seed.of("WorkerKillTest");
        try (ChaosLedger ledger = new ChaosLedger(ChaosSystem.shared(), PARTITIONS);
                UsageTraffic traffic = ledger.traffic(random.split()).start()) {
            for (int kill = 1; kill <= KILLS; kill++) {
                Worker worker = ledger.launch("worker" + kill);
                if (kill % EACH_AT_ITS_START == 0) {
                    RandomMoment.awaitOfStart(random);
                } else {
                    RandomMoment.await(random, ledger, worker);
                }
                worker.kill();
            }
            try (Worker last = ledger.launch("last")) {
                ledger.awaitMoreEntries(1, last);
                traffic.stop();
                ledger.awaitDrained(last);
            }
            ExactlyOnce.verify(ledger, traffic);
        }
    }
}
