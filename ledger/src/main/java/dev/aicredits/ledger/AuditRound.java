package dev.aicredits.ledger;

import dev.aicredits.ledger.JdbcAudit.Part;
import java.time.Instant;

/**
 * How far the round through all organizations has come that every process which audits in the background shares.
 *
 * @param parts how many parts were done, over all rounds
 * @param lastKey where the next part goes on; {@link JdbcAudit#START} at a round's beginning
 * @param found differences that the round under way has found
 * @param foundBefore those that the round before has found
 * @param doneAt when the round before came to its end; before that, when there first was one to go through
 */
public record AuditRound(long parts, long lastKey, long found, long foundBefore, Instant doneAt) {

    /** The round after that part of it. */
    public AuditRound after(Part part, Instant now) {
        long all = found + part.findings().size();
        return part.isLast()
                ? new AuditRound(parts + 1, JdbcAudit.START, 0, all, now)
                : new AuditRound(parts + 1, part.lastKey(), all, foundBefore, doneAt);
    }

    /** What either of the two rounds has found, whichever found more: a difference is told until a whole round is without it. */
    public long differences() {
        return Math.max(found, foundBefore);
    }
}
