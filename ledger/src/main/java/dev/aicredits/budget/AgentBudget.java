package dev.aicredits.budget;

import org.jspecify.annotations.Nullable;

/**
 * An agent's budget policy. Limits are monthly, in nano-USD; null is no limit of that layer, 0 one that nothing fits.
 *
 * @param enabled whether the agent's budgets count at all, those of single external users among them
 * @param monthlyLimitNanos the agent pool
 * @param defaultUserLimitNanos of each external user who has no limit of their own; a change reaches all of them
 * @param anonymousLimitNanos of the calls without an external user, together
 */
public record AgentBudget(
        boolean enabled,
        @Nullable Long monthlyLimitNanos,
        @Nullable Long defaultUserLimitNanos,
        @Nullable Long anonymousLimitNanos,
        EnforcementMode mode) {

    /**
     * What an agent has for which none was ever set: no limits. An external user's own limit stops then, since the mode
     * is {@link EnforcementMode#HARD_BLOCK}.
     */
    public static final AgentBudget UNSET = new AgentBudget(true, null, null, null, EnforcementMode.HARD_BLOCK);

    /** Refuses negative limits. */
    public AgentBudget {
        if (isNegative(monthlyLimitNanos) || isNegative(defaultUserLimitNanos) || isNegative(anonymousLimitNanos)) {
            throw new IllegalArgumentException("a limit is not negative");
        }
    }

    private static boolean isNegative(@Nullable Long nanos) {
        return nanos != null && nanos < 0;
    }

    /** What its exhausted budgets do. */
    LayerUse.Effect effect() {
        if (!enabled) {
            return LayerUse.Effect.NONE;
        }
        return mode == EnforcementMode.HARD_BLOCK ? LayerUse.Effect.BLOCKS : LayerUse.Effect.WARNS;
    }
}
