package dev.aicredits.enforcer;

import dev.aicredits.budget.AgentBudget;
import dev.aicredits.budget.EnforcementMode;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Policies as tests want them: small limits, any of them missing, mostly in force. */
final class RandomBudget {

    private RandomBudget() {}

    static AgentBudget next(Random random) {
        return new AgentBudget(
                random.nextInt(6) > 0,
                limit(random, 50),
                limit(random, 15),
                limit(random, 15),
                random.nextInt(4) > 0 ? EnforcementMode.HARD_BLOCK : EnforcementMode.ALERT_ONLY);
    }

    private static @Nullable Long limit(Random random, int bound) {
        return random.nextInt(3) == 0 ? null : (long) random.nextInt(bound);
    }
}
