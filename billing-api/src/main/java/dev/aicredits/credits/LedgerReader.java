package dev.aicredits.credits;

import dev.aicredits.credits.LedgerFilter.Side;
import dev.aicredits.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Pages of the ledger, the newest entry first.
 *
 * <p>Below a cursor nothing moves: entries are only added above, so a walk by cursor meets each entry once. Pages by number
 * count from the newest entry there is; while entries are appended, they shift, and an entry may come again on the next page,
 * but none that was there is passed over.
 */
final class LedgerReader {

    /** A slice of the ledger; {@code nextBelow} is where the next begins, null at the end. */
    record Slice(List<Entry> entries, @Nullable Long nextBelow) {}

    /** How many entries a filtered page looks at before it says: go on from here. */
    static final long SCAN_MAX = 100_000;

    /** How deep pages by number go where they have to be counted off; a cursor goes to the end. */
    static final long DEPTH_MAX = 10_000;

    /** Up to how many entries are counted where no total has them. */
    static final long COUNT_MAX = 10_000;

    /** Entries of a chunk of an export: read whole before it is sent, so that a slow client holds no connection. */
    static final int CHUNK = 5_000;

    /** By how much the clocks of those who book may differ; what is between is filtered one by one. */
    private static final Duration CLOCKS_APART_MAX = Duration.ofMinutes(10);

    /**
     * From where to where a ledger goes.
     *
     * @param last the number of its last entry; 0 if it is empty
     * @param archived what left it for the archive; null if nothing did
     */
    record Extent(long last, @Nullable ArchivedPart archived) {

        /** The number of the last entry whose usage is archived; 0 if none is. */
        long archivedThrough() {
            return archived == null ? 0 : archived.throughSeq();
        }
    }

    private final JdbcEntries entries;
    private final long organizationKey;
    private final Extent extent;

    /** Where times were found, so that a page and its count, or the chunks of an export, look once. */
    private final Map<Instant, Long> firsts = new HashMap<>();

    /** Of the organization's ledger as far as it goes now: a request is answered of one extent. */
    LedgerReader(JdbcEntries entries, long organizationKey) {
        this.entries = entries;
        this.organizationKey = organizationKey;
        this.extent = entries.extent(organizationKey);
    }

    Extent extent() {
        return extent;
    }

    /** The entries below a number. A page may be short though there is more: then it looked at as many as it may. */
    Slice below(LedgerFilter filter, long below, int limit) {
        long lowest = lowest(filter);
        long start = Math.min(Math.min(below, extent.last() + 1), highest(filter));
        long floor = floor(filter, start, lowest);
        List<Entry> found = entries.slice(organizationKey, filter, start, floor, limit, 0);
        if (found.size() == limit) {
            long last = Long.parseLong(found.get(limit - 1).id());
            return new Slice(found, last <= lowest ? null : last);
        }
        return new Slice(found, floor <= lowest ? null : floor);
    }

    /** The entries of a page by number, counted from 1. */
    Slice page(LedgerFilter filter, long page, int pageSize) {
        long skipped = Math.multiplyExact(page - 1, (long) pageSize);
        long last = extent.last();
        if (filter.isEmpty()) {
            // No gaps: the place of a page is arithmetic.
            return below(filter, Math.max(1, last + 1 - skipped), pageSize);
        }
        if (skipped > DEPTH_MAX && !filter.isOfFew()) {
            throw ProblemException.invalidParameter("page");
        }
        long lowest = lowest(filter);
        long start = Math.min(last + 1, highest(filter));
        long floor = floor(filter, start, lowest);
        List<Entry> found = entries.slice(organizationKey, filter, start, floor, pageSize, skipped);
        if (found.size() == pageSize) {
            return new Slice(found, Long.parseLong(found.get(pageSize - 1).id()));
        }
        return new Slice(found, floor <= lowest ? null : floor);
    }

    /** How many entries match; null where only counting would tell, and there are more than {@link #COUNT_MAX}. */
    @Nullable Long count(LedgerFilter filter) {
        long last = extent.last();
        long archived = extent.archivedThrough();
        if (filter.isEmpty()) {
            return last - archived;
        }
        if (filter.isOfFew()) {
            return filter.takesOthers() ? counted(filter, last) : Long.valueOf(0);
        }
        if (filter.isOfTime()) {
            return counted(filter, last);
        }
        if (filter.isOfAgentOrUser()) {
            return entries.countOfSpends(organizationKey, filter.agentKey(), filter.externalUserKey());
        }
        LedgerFilter others = new LedgerFilter(Side.PURCHASES, null, null, null, null, null);
        long notUsage = entries.count(organizationKey, others, last + 1, archived + 1, COUNT_MAX + 1);
        return notUsage > COUNT_MAX ? null : Long.valueOf(last - archived - notUsage);
    }

    private @Nullable Long counted(LedgerFilter filter, long last) {
        long start = Math.min(last + 1, highest(filter));
        long floor = lowest(filter);
        if (floor(filter, start, floor) > floor) {
            return null;
        }
        long counted = entries.count(organizationKey, filter, start, floor, COUNT_MAX + 1);
        return counted > COUNT_MAX ? null : Long.valueOf(counted);
    }

    /** Hands all that match and are there now to {@code sink}, chunk by chunk. */
    void export(LedgerFilter filter, Consumer<List<Entry>> sink) {
        Long below = extent.last() + 1;
        while (below != null) {
            Slice slice = below(filter, below, CHUNK);
            sink.accept(slice.entries());
            below = slice.nextBelow();
        }
    }

    /**
     * Where the entries begin that may match. What is archived has only those that are not usage: a filter finds them, and where
     * nothing is filtered, the balance that is brought forward stands for them.
     */
    private long lowest(LedgerFilter filter) {
        long afterArchive = extent.archivedThrough() + 1;
        long first =
                filter.from() == null ? afterArchive : firstAt(filter.from().minus(CLOCKS_APART_MAX));
        return !filter.isEmpty() && filter.takesOthers() && first <= afterArchive ? 1 : first;
    }

    /** How far down from {@code start} a page may look. */
    private long floor(LedgerFilter filter, long start, long lowest) {
        long floor = Math.max(lowest, start - SCAN_MAX);
        // What an index finds, what nothing filters out and what an archive has left needs no bound.
        return filter.isOfFew() || filter.isEmpty() || floor <= extent.archivedThrough() ? lowest : floor;
    }

    private long highest(LedgerFilter filter) {
        return filter.to() == null ? Long.MAX_VALUE : firstAt(filter.to().plus(CLOCKS_APART_MAX));
    }

    private long firstAt(Instant time) {
        return firsts.computeIfAbsent(time, asked -> entries.firstAt(organizationKey, extent, asked));
    }
}
