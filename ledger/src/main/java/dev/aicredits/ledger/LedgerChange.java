package dev.aicredits.ledger;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of one organization after a booking. Of two changes the one with the higher {@code entrySeq} is the later.
 *
 * @param previousEntrySeq where the organization stood before: what moved in between is told here. Who has seen every
 *     change up to there has missed none with this one
 * @param balanceNanos the balance after {@code entrySeq}, in nano-USD
 * @param spends the monthly spends that moved, as they are now; the agents' first, then the external users'
 */
public record LedgerChange(
        String organizationId, long entrySeq, long previousEntrySeq, long balanceNanos, List<Spend> spends) {

    /** The topic of ledger changes, keyed by organization id. */
    public static final String TOPIC = "billing.ledger.v1";

    /** The state after one entry that is not usage, and so moves no spend. */
    public static LedgerChange afterEntry(String organizationId, long entrySeq, long balanceNanos) {
        return new LedgerChange(organizationId, entrySeq, entrySeq - 1, balanceNanos, List.of());
    }

    /**
     * What was spent in a UTC calendar month.
     *
     * @param scope whose spend it is
     * @param externalUserId null unless the scope is {@link Scope#EXTERNAL_USER}
     * @param windowStart the first day of the month
     * @param spentNanos the month's total, in nano-USD, positive
     */
    public record Spend(
            Scope scope, String agentId, @Nullable String externalUserId, LocalDate windowStart, long spentNanos) {}

    /** Whose spend it is. */
    public enum Scope {
        /** All of the agent's. */
        AGENT,
        /** One external user's of the agent. */
        EXTERNAL_USER,
        /** The agent's calls without an external user. */
        ANONYMOUS
    }
}
