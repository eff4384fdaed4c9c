package dev.aicredits.consumer.chaos;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ServerKillTest {

    private static final int KILLS = 2;
    private static final int PARTITIONS = 6;

    private final ChaosSystem system = ChaosSystem.shared();

    @Test
    void theWorkerGoesOnByItselfWhenTheDatabaseIsKilled() {
        killWhileEventsFlow("the database", () -> {
            system.postgres().kill();
            system.postgres().start();
        });
    }

    @Test
    void theWorkerGoesOnByItselfWhenTheBrokerIsKilled() {
        killWhileEventsFlow("the broker", () -> {
            system.broker().kill();
            system.broker().start();
        });
    }

    private void killWhileEventsFlow(String server, Runnable killAndStart) {
        SplittableRandom random = Seed.of("ServerKillTest, " + server);
        try (ChaosLedger ledger = new ChaosLedger(system, PARTITIONS);
                UsageTraffic traffic = ledger.traffic(random.split()).start();
                Worker worker = ledger.launch("worker")) {
            for (int kill = 1; kill <= KILLS; kill++) {
                RandomMoment.await(random, ledger, worker);
                killAndStart.run();
            }
            ledger.awaitMoreEntries(UsageTraffic.EVENTS_PER_SECOND, worker);
            traffic.stop();
            ledger.awaitDrained(worker);
            ExactlyOnce.verify(ledger, traffic);
        }
    }
}
