package dev.aicredits.credits;

import dev.aicredits.ledger.EntryKind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of an organization are asked for. What is null filters nothing.
 *
 * @param side purchases, which is everything that is not usage, or usage
 * @param kind the code of one kind
 * @param agentKey the compact key of tables
 * @param externalUserKey the compact key of tables
 * @param from entries booked then or later
 * @param to entries booked before
 */
record LedgerFilter(
        @Nullable Side side,
        @Nullable Short kind,
        @Nullable Long agentKey,
        @Nullable Long externalUserKey,
        @Nullable Instant from,
        @Nullable Instant to) {

    enum Side {
        PURCHASES,
        USAGE
    }

    boolean isOfTime() {
        return from != null || to != null;
    }

    boolean isOfAgentOrUser() {
        return agentKey != null || externalUserKey != null;
    }

    /** Whether all entries match. */
    boolean isEmpty() {
        return side == null && kind == null && !isOfAgentOrUser() && !isOfTime();
    }

    /** Whether entries may match that are not usage. */
    boolean takesOthers() {
        return side != Side.USAGE && (kind == null || kind != EntryKind.USAGE.code()) && !isOfAgentOrUser();
    }

    /** Whether only entries match that are not usage: there are few, and an index has them. */
    boolean isOfFew() {
        return side == Side.PURCHASES || (kind != null && kind != EntryKind.USAGE.code());
    }
}
