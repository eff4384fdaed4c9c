package dev.aicredits.budget;

/**
 * All that a decision follows from: one agent, one spender, one month. Amounts are nano-USD.
 *
 * @param agentSpentNanos what the agent spent in the month, on whoever's behalf
 * @param spenderSpentNanos the spender's part of that
 * @param balanceNanos the organization's balance, negative after an overshoot
 */
public record BudgetFacts(
        MonthWindow window,
        AgentBudget policy,
        Spender spender,
        long agentSpentNanos,
        long spenderSpentNanos,
        long balanceNanos,
        Held held) {

    /**
     * What open holds have set aside, in each layer they count against. Held is not spent: it leaves no room for others,
     * and never stops who is running.
     *
     * @param creditsNanos of the organization's credits
     * @param agentNanos of the agent pool
     * @param spenderNanos of the spender's budget
     */
    public record Held(long creditsNanos, long agentNanos, long spenderNanos) {
        /** No open holds. */
        public static final Held NONE = new Held(0, 0, 0);
    }
}
