package dev.aicredits.budget;

/** How it stands with whoever wants to spend. */
public enum BudgetStatus {
    /** There is room. */
    HEALTHY("healthy"),
    /** A budget is used up to {@link BudgetDecision#WARNING_PERCENT} or beyond, and none that stops is exhausted. */
    WARNING("warning"),
    /** The credits, or a budget that stops, are exhausted. */
    BLOCKED("blocked"),
    /** The agent's budgets are switched off, and there are credits. */
    DISABLED("disabled");

    private final String wireName;

    BudgetStatus(String wireName) {
        this.wireName = wireName;
    }

    /** The name on the wire. */
    public String wireName() {
        return wireName;
    }
}
