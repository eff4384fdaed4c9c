package dev.aicredits.enforcer;

import java.util.Comparator;

/**
 * A target in the tables' keys.
 *
 * @param agentId 0 for an organization
 * @param externalUserId 0 for all of an agent, -1 for its anonymous calls
 */
record TargetKey(long organizationId, long agentId, long externalUserId) implements Comparable<TargetKey> {

    /** In place of an external user's id: the calls without one. */
    static final long ANONYMOUS = -1;

    private static final Comparator<TargetKey> ORDER = Comparator.comparingLong(TargetKey::organizationId)
            .thenComparingLong(TargetKey::agentId)
            .thenComparingLong(TargetKey::externalUserId);

    @Override
    public int compareTo(TargetKey other) {
        return ORDER.compare(this, other);
    }
}
