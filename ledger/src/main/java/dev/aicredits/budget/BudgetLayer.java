package dev.aicredits.budget;

/** What limits spending; the wider one first. */
public enum BudgetLayer {
    /** The organization's prepaid credits. They have no month and can't be switched off. */
    ORGANIZATION_CREDITS("organization", "organization_credits_exhausted"),
    /** The agent pool: all that the agent spends in a month. */
    AGENT("agent", "agent_budget_exhausted"),
    /** What one external user of the agent spends in a month. */
    EXTERNAL_USER("external_user", "external_user_budget_exhausted"),
    /** What the agent's calls without an external user spend in a month, together. */
    ANONYMOUS("anonymous", "anonymous_budget_exhausted");

    private final String scope;
    private final String reason;

    BudgetLayer(String scope, String reason) {
        this.scope = scope;
        this.reason = reason;
    }

    /** Whom the layer stops when it is exhausted, on the wire and in tables. */
    public String scope() {
        return scope;
    }

    /** Why it stops them, on the wire. */
    public String reason() {
        return reason;
    }

    /** The layer of that {@link #scope()}. */
    public static BudgetLayer ofScope(String scope) {
        for (BudgetLayer layer : values()) {
            if (layer.scope.equals(scope)) {
                return layer;
            }
        }
        throw new IllegalArgumentException("there is no such scope");
    }
}
