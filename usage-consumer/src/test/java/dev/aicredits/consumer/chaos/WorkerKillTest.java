package dev.aicredits.consumer.chaos;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WorkerKillTest {

    private static final int KILLS = 10;
    private static final int PARTITIONS = 6;

    @Test
    void everyEventIsDebitedOnceWhenTheWorkerIsKilledTenTimes() {
        SplittableRandom random = Seed.of("WorkerKillTest");
        try (ChaosLedger ledger = new ChaosLedger(ChaosSystem.shared(), PARTITIONS);
                UsageTraffic traffic = ledger.traffic(random.split()).start()) {
            for (int kill = 1; kill <= KILLS; kill++) {
                Worker worker = ledger.launch("worker" + kill);
                RandomMoment.await(random, ledger, worker);
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
