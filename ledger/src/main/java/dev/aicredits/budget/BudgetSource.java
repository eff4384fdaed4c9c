package dev.aicredits.budget;

/** Where the limit of the one who spends comes from. */
public enum BudgetSource {
    /** It was set for this external user. */
    EXPLICIT("explicit"),
    /** The agent's default for external users without one of their own. */
    DEFAULT_USER("default_user"),
    /** The agent's limit for calls without an external user. */
    ANONYMOUS("anonymous"),
    /** There is none. */
    NONE("none");

    private final String wireName;

    BudgetSource(String wireName) {
        this.wireName = wireName;
    }

    /** The name on the wire. */
    public String wireName() {
        return wireName;
    }
}
