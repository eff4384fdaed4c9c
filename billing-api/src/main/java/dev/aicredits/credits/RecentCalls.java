package dev.aicredits.credits;

import java.util.List;

/** The newest entries of an agent, looked for among the newest of its organization. */
public final class RecentCalls {

    /** How far back it looks: one slice of the ledger, so an agent that slept for long shows none. */
    static final long LOOK_BACK = 20_000;

    private final JdbcEntries entries;

    RecentCalls(JdbcEntries entries) {
        this.entries = entries;
    }

    /** At most {@code limit} of them, the newest first. */
    public List<Entry> of(long organizationKey, long agentKey, int limit) {
        long below = entries.last(organizationKey) + 1;
        LedgerFilter filter = new LedgerFilter(null, null, agentKey, null, null, null);
        return entries.slice(organizationKey, filter, below, Math.max(1, below - LOOK_BACK), limit, 0);
    }
}
