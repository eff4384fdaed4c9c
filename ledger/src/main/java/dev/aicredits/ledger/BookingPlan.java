package dev.aicredits.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt to book a batch would write: each line's place and balance, each organization's next position, each
 * spend's increase. Computed from positions that may be stale; the compare-and-set finds that out.
 */
final class BookingPlan {

    /**
     * The furthest a balance may be from zero: 4 billion USD. Far enough from what a long holds that the spends of a
     * month fit too.
     */
    static final long BALANCE_NANOS_MAX = 4_000_000_000L * 1_000_000_000L;

    /** By how much a spend grows, and how much of that is anonymous. */
    static final class Increase {
        final SpendSlot slot;
        long nanos;
        long entries;
        long anonymousNanos;
        long anonymousEntries;

        Increase(SpendSlot slot) {
            this.slot = slot;
        }

        void add(UsageLine line) {
            nanos = Math.addExact(nanos, line.costNanos);
            entries++;
            if (line.userSpend == null) {
                anonymousNanos = Math.addExact(anonymousNanos, line.costNanos);
                anonymousEntries++;
            }
        }
    }

    /** The increases of one sort of spend: each slot's, and all in the order of their first line. */
    private static final class Increases {
        private static final int SLOTS_AT_FIRST = 64;

        final List<Increase> inOrder = new ArrayList<>();
        private @Nullable Increase[] bySlot = new @Nullable Increase[SLOTS_AT_FIRST];

        void add(SpendSlot slot, UsageLine line) {
            if (slot.index >= bySlot.length) {
                bySlot = Arrays.copyOf(bySlot, Math.max(slot.index + 1, bySlot.length * 2));
            }
            Increase increase = bySlot[slot.index];
            if (increase == null) {
                increase = new Increase(slot);
                bySlot[slot.index] = increase;
                inOrder.add(increase);
            }
            increase.add(line);
        }
    }

    /** An organization's step from one position to the next. */
    record Step(Position from, Position to) {}

    final List<UsageLine> lines = new ArrayList<>();
    final List<UsageLine> outOfRange = new ArrayList<>();

    /** Those of {@link #lines} that name a hold. */
    final List<UsageLine> withHold = new ArrayList<>();

    final Map<Long, Step> steps = new LinkedHashMap<>();
    private final Increases agentSpends = new Increases();
    private final Increases userSpends = new Increases();

    private BookingPlan() {}

    /** What each agent's spend grows by, in the order of the lines. */
    List<Increase> agentSpends() {
        return agentSpends.inOrder;
    }

    /** What each external user's spend grows by, in the order of the lines. */
    List<Increase> userSpends() {
        return userSpends.inOrder;
    }

    /** Whether a balance may move by {@code amount}; one that is out of range may only move back. */
    static boolean inRange(long balance, long amount) {
        long after = balance + amount;
        boolean overflown = ((balance ^ after) & (amount ^ after)) < 0;
        boolean near = after >= -BALANCE_NANOS_MAX && after <= BALANCE_NANOS_MAX;
        boolean nearer = amount > 0 ? balance < 0 && after <= 0 : balance > 0 && after >= 0;
        return amount == 0 || (!overflown && (near || nearer));
    }

    /**
     * Plans {@code lines}, which stand together by organization, onto {@code positions}, which has all of them. The
     * steps keep the order of the lines.
     */
    static BookingPlan of(List<UsageLine> lines, Map<Long, Position> positions) {
        BookingPlan plan = new BookingPlan();
        int start = 0;
        while (start < lines.size()) {
            int end = start;
            long organizationId = lines.get(start).organizationId();
            while (end < lines.size() && lines.get(end).organizationId() == organizationId) {
                end++;
            }
            Position from = positions.get(organizationId);
            if (from == null) {
                throw new BrokenLedgerException("organization " + organizationId + " has no balance row");
            }
            plan.add(organizationId, lines.subList(start, end), from);
            start = end;
        }
        return plan;
    }

    private void add(long organizationId, List<UsageLine> ofOrganization, Position from) {
        long entrySeq = from.entrySeq();
        long balance = from.balanceNanos();
        for (UsageLine line : ofOrganization) {
            long cost = line.costNanos;
            if (!inRange(balance, -cost)) {
                outOfRange.add(line);
                continue;
            }
            balance -= cost;
            line.entrySeq = ++entrySeq;
            line.balanceAfterNanos = balance;
            lines.add(line);
            if (line.holdId != null) {
                withHold.add(line);
            }
            agentSpends.add(line.agentSpend, line);
            if (line.userSpend != null) {
                userSpends.add(line.userSpend, line);
            }
        }
        // A refusal too: it must not rest on a position that nothing confirms, so its step may lead nowhere.
        if (!ofOrganization.isEmpty()) {
            steps.put(organizationId, new Step(from, new Position(entrySeq, balance)));
        }
    }
}
