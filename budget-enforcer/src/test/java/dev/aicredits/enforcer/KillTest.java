package dev.aicredits.enforcer;

import dev.aicredits.testkit.DisposableBroker;
import dev.aicredits.testkit.DisposablePostgres;
import dev.aicredits.testkit.Patience;
import dev.aicredits.testkit.TestInfra;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/**
 * Enforcers as real processes that are killed while they work, on a broker and a database that are killed too. The group
 * takes 45 seconds to notice that a member died: who is left does not wait for that.
 */
class KillTest {

    private static final int STEPS = 60;

    @Test
    void whoeverIsKilledEachExhaustedTargetIsStoppedAndNoOther() {
        long seed = ThreadLocalRandom.current().nextLong();
        try (DisposableBroker broker = TestInfra.disposableBroker();
                DisposablePostgres postgres = TestInfra.disposablePostgres();
                EnforcerSystem system = EnforcerSystem.on(postgres, broker, Instant.now());
                EnforcerProcess first = EnforcerProcess.launch(system.settings());
                EnforcerProcess second = EnforcerProcess.launch(system.settings())) {
            RandomHistory history = new RandomHistory(system, seed);
            history.open();
            steps(history);
            RandomHistoryTest.agree("seed %d, two enforcers".formatted(seed), system, history);

            stepsUntilItWorks(system, history);
            first.kill();
            steps(history);
            RandomHistoryTest.agree("seed %d, one killed".formatted(seed), system, history);

            stepsUntilItWorks(system, history);
            broker.kill();
            steps(history);
            broker.start();
            steps(history);
            RandomHistoryTest.agree("seed %d, the broker killed".formatted(seed), system, history);

            stepsUntilItWorks(system, history);
            postgres.kill();
            postgres.start();
            system.reconnect();
            steps(history);
            RandomHistoryTest.agree("seed %d, the database killed".formatted(seed), system, history);

            stepsUntilItWorks(system, history);
            second.kill();
            steps(history);
            try (EnforcerProcess third = EnforcerProcess.launch(system.settings())) {
                RandomHistoryTest.agree("seed %d, all killed and one started".formatted(seed), system, history);
                third.kill();
            }
            RandomHistoryTest.inOrder("seed " + seed, system.signals());
        }
    }

    private static void steps(RandomHistory history) {
        for (int i = 0; i < STEPS; i++) {
            history.step();
        }
    }

    /** Does steps until another signal is there: it is in the midst of its work then. */
    private static void stepsUntilItWorks(EnforcerSystem system, RandomHistory history) {
        int before = system.signals().size();
        Patience.awaitTrue("there is another signal", () -> {
            history.step();
            return system.signals().size() > before;
        });
    }
}
