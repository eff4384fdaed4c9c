package dev.aicredits.ledger;

import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Conflict;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a batch, split into those that may be booked and those that repeat the key of an earlier one in the same
 * batch.
 *
 * @param firsts by organization, ascending, and within it in the order of arrival; no key twice
 * @param repeats each with the line whose key it repeats
 */
record BatchLines(List<UsageLine> firsts, Map<UsageLine, UsageLine> repeats) {

    /** Spreads keys that differ in few bits, as UUIDs of one moment do (2 to the 64th over the golden ratio). */
    private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;

    /**
     * Splits lines.
     *
     * @param organizations each one's lines in the order of arrival
     */
    static BatchLines of(List<List<UsageLine>> organizations) {
        List<UsageLine> firsts = new ArrayList<>();
        Map<UsageLine, UsageLine> repeats = new LinkedHashMap<>();
        for (List<UsageLine> lines : organizations) {
            split(lines, firsts, repeats);
        }
        return new BatchLines(firsts, repeats);
    }

    /** One open-addressed table for an organization's keys, at most half full. */
    private static void split(List<UsageLine> lines, List<UsageLine> firsts, Map<UsageLine, UsageLine> repeats) {
        @Nullable UsageLine[] table = new @Nullable UsageLine[Integer.highestOneBit(lines.size() + 1) * 4];
        for (UsageLine line : lines) {
            int slot = Long.hashCode((line.dedupeKeyHigh ^ line.dedupeKeyLow) * SPREAD) & (table.length - 1);
            UsageLine first = table[slot];
            while (first != null && !first.hasKeyOf(line)) {
                slot = (slot + 1) & (table.length - 1);
                first = table[slot];
            }
            if (first == null) {
                table[slot] = line;
                firsts.add(line);
            } else {
                repeats.put(line, first);
            }
        }
    }

    /** The repeats that only the database can judge: the first line of their key was itself in conflict with it. */
    List<UsageLine> undecided(@Nullable BookingOutcome[] outcomes) {
        return repeats.entrySet().stream()
                .filter(repeat -> outcomes[repeat.getValue().index] instanceof Conflict)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** What became of {@code repeat}, whose first line ended as {@code outcomeOfFirst}. */
    static BookingOutcome outcome(UsageLine repeat, UsageLine first, BookingOutcome outcomeOfFirst) {
        long entrySeq;
        if (outcomeOfFirst instanceof Booked booked) {
            entrySeq = booked.entrySeq();
        } else if (outcomeOfFirst instanceof Duplicate duplicate) {
            entrySeq = duplicate.entrySeq();
        } else {
            return outcomeOfFirst;
        }
        return repeat.sameAs(first) ? new Duplicate(entrySeq) : new Conflict(entrySeq);
    }
}
