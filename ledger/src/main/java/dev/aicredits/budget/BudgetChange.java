package dev.aicredits.budget;

/** What became of a change of budgets. */
public sealed interface BudgetChange {

    /**
     * It is committed.
     *
     * @param revision how many times the organization's budgets have changed with it
     */
    record Changed(long revision) implements BudgetChange {}

    /** It was so before. */
    record Unchanged() implements BudgetChange {}

    /** There is no such organization, or the agent is none of its. */
    record UnknownAgent() implements BudgetChange {}
}
