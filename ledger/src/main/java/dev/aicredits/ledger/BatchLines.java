package dev.aicredits.ledger;

import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Conflict;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The lines of a batch, split into those that may be booked and those that repeat the key of an earlier one in the same
 * batch.
 *
 * @param firsts by organization, ascending, and within it in the order of arrival; no key twice
 * @param repeats each with the line whose key it repeats
 */
record UsageBatch(List<UsageLine> firsts, Map<UsageLine, UsageLine> repeats) {

    private record Key(long organizationId, UUID dedupeKey) {}

    static UsageBatch of(List<UsageLine> lines) {
        List<UsageLine> firsts = new ArrayList<>(lines.size());
        Map<UsageLine, UsageLine> repeats = new LinkedHashMap<>();
        Map<Key, UsageLine> byKey = new HashMap<>(lines.size() * 2);
        for (UsageLine line : lines) {
            UsageLine first = byKey.putIfAbsent(new Key(line.organizationId, line.dedupeKey()), line);
            if (first == null) {
                firsts.add(line);
            } else {
                repeats.put(line, first);
            }
        }
        firsts.sort(Comparator.comparingLong(UsageLine::organizationId));
        return new UsageBatch(firsts, repeats);
    }

    /** The repeats that only the database can judge: the first line of their key was itself in conflict with it. */
    List<UsageLine> undecided(Map<UsageLine, BookingOutcome> outcomesOfFirsts) {
        return repeats.entrySet().stream()
                .filter(repeat -> outcomesOfFirsts.get(repeat.getValue()) instanceof Conflict)
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
