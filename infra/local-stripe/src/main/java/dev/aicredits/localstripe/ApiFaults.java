package dev.aicredits.localstripe;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which of the next calls go wrong, and how many calls of each operation came. */
public final class ApiFaults {
    private static final class Planned {
        private final Set<StripeOperation> operations;
        private final ApiFault fault;
        private int left;

        private Planned(Set<StripeOperation> operations, ApiFault fault, int left) {
            this.operations = operations;
            this.fault = fault;
            this.left = left;
        }
    }

    private final List<Planned> planned = new ArrayList<>();
    private final Map<StripeOperation, Long> calls = new EnumMap<>(StripeOperation.class);

    ApiFaults() {}

    /** The next {@code count} calls of these operations go wrong, of all operations if none is named. */
    public synchronized void next(int count, ApiFault fault, StripeOperation... operations) {
        Set<StripeOperation> set =
                operations.length == 0 ? EnumSet.allOf(StripeOperation.class) : EnumSet.copyOf(List.of(operations));
        planned.add(new Planned(set, fault, count));
    }

    /** Every call of these operations goes wrong until {@link #clear}. */
    public void always(ApiFault fault, StripeOperation... operations) {
        next(Integer.MAX_VALUE, fault, operations);
    }

    /** No further call goes wrong. */
    public synchronized void clear() {
        planned.clear();
    }

    /** Calls of an operation that came since the start, those that went wrong included. */
    public synchronized long calls(StripeOperation operation) {
        return calls.getOrDefault(operation, 0L);
    }

    /** Calls of all operations. */
    public synchronized long calls() {
        return calls.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Counts a call, and says how it goes wrong if it does. */
    synchronized Optional<ApiFault> called(StripeOperation operation) {
        calls.merge(operation, 1L, Math::addExact);
        for (Iterator<Planned> all = planned.iterator(); all.hasNext(); ) {
            Planned next = all.next();
            if (next.operations.contains(operation)) {
                next.left--;
                if (next.left == 0) {
                    all.remove();
                }
                return Optional.of(next.fault);
            }
        }
        return Optional.empty();
    }
}
