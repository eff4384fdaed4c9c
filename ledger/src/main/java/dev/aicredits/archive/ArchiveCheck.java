package dev.aicredits.archive;

import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows entries through the closings that they belong to: no gap, no entry twice, each balance the one before plus the amount,
 * from the opening balance to the closing one, and as much usage as was counted. Throws {@link DamagedArchiveException} at the
 * first entry that does not follow.
 */
final class ArchiveCheck implements Consumer<ArchivedEntry> {

    private final Iterator<Closing> closings;
    private @Nullable Closing closing;
    private long seq;
    private long balanceNanos;
    private long usageEntries;
    private long usageNanos;

    ArchiveCheck(List<Closing> closings) {
        this.closings = closings.iterator();
    }

    @Override
    public void accept(ArchivedEntry entry) {
        Closing current = closing == null ? next(entry) : closing;
        seq++;
        balanceNanos = sum(current, balanceNanos, entry);
        if (entry.organization() != current.organization()
                || entry.seq() != seq
                || entry.balanceAfterNanos() != balanceNanos) {
            throw new DamagedArchiveException(current.organizationId() + ": entry " + entry.seq() + " of organization "
                    + entry.organization() + " with the balance " + entry.balanceAfterNanos() + " where entry " + seq
                    + " with the balance " + balanceNanos + " follows");
        }
        if (entry.isUsage()) {
            usageEntries++;
            usageNanos = sum(current, usageNanos, entry);
        }
        if (seq == current.lastSeq()) {
            end(current);
        }
    }

    private static long sum(Closing current, long nanos, ArchivedEntry entry) {
        try {
            return Math.addExact(nanos, entry.amountNanos());
        } catch (ArithmeticException e) {
            throw new DamagedArchiveException(
                    current.organizationId() + ": entry " + entry.seq() + " leaves the range of amounts");
        }
    }

    /** To be called after the last entry. */
    void end() {
        if (closing != null || closings.hasNext()) {
            throw new DamagedArchiveException("entries are missing at the end");
        }
    }

    private Closing next(ArchivedEntry entry) {
        if (!closings.hasNext()) {
            throw new DamagedArchiveException(
                    "entry " + entry.seq() + " of organization " + entry.organization() + " belongs to no closing");
        }
        Closing next = closings.next();
        closing = next;
        seq = next.firstSeq() - 1;
        balanceNanos = next.openingBalanceNanos();
        usageEntries = 0;
        usageNanos = 0;
        return next;
    }

    private void end(Closing current) {
        if (balanceNanos != current.closingBalanceNanos()
                || usageEntries != current.usageEntries()
                || usageNanos != current.usageNanos()) {
            throw new DamagedArchiveException(current.organizationId() + ": closes with " + balanceNanos + " after "
                    + usageEntries + " usage entries of " + usageNanos + ", not with "
                    + current.closingBalanceNanos() + " after " + current.usageEntries() + " of "
                    + current.usageNanos());
        }
        closing = null;
    }
}
