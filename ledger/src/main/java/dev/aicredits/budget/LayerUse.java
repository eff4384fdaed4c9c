package dev.aicredits.budget;

/**
 * How far one layer is used. Amounts are nano-USD.
 *
 * @param limitNanos the month's limit; of the credits, the balance
 * @param spentNanos what was spent of it; of the credits 0, since the balance has it deducted
 * @param heldNanos what open holds have set aside
 */
public record LayerUse(BudgetLayer layer, long limitNanos, long spentNanos, long heldNanos, Effect effect) {

    /** What it does when it is exhausted. */
    public enum Effect {
        /** Stops. */
        BLOCKS,
        /** Tells, and lets go on. */
        WARNS,
        /** Nothing: the budgets are switched off. */
        NONE
    }

    /** What is left; negative by what was spent beyond the limit. */
    public long remainingNanos() {
        return Math.subtractExact(Math.subtractExact(limitNanos, spentNanos), heldNanos);
    }

    /** Nothing is left. At the boundary it is exhausted: spent = limit, balance = 0; so a limit of 0 is from the start. */
    public boolean exhausted() {
        return remainingNanos() <= 0;
    }

    boolean blocks() {
        return effect == Effect.BLOCKS;
    }
}
