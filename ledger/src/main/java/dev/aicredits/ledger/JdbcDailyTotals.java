package dev.aicredits.ledger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Adds usage entries to what agents spent of each product on each day, after they were booked.
 *
 * <p>An entry is added once: progress moves in the totals' transaction, by compare-and-set. Any number of processes may
 * try; one at a time does it. It waits for no booking, and no booking for it. Until an entry is added, whoever reads {@code
 * agent_daily_spend} finds it in the ledger.
 */
public final class JdbcDailyTotals {

    /** After how many entries a transaction takes no further organization: some 20 ms of the database. */
    private static final long ENTRIES_ENOUGH = 20_000;

    /** The most entries of an organization at once. Many, as of a busy one the next would raise much the same rows again. */
    private static final long ENTRIES_MAX = 200_000;

    private static final int ORGANIZATIONS_MAX = 1_000;

    // Any number that no other lock of ours has. It spares work that would come to nothing; progress itself is
    // compared.
    private static final String LOCK = "SELECT pg_try_advisory_xact_lock(4901174504)";

    private static final String BEHIND = """
            SELECT b.organization_id, coalesce(p.entry_seq, 0) AS from_seq, b.entry_seq AS to_seq,
                   p.organization_id IS NULL AS is_new
              FROM organization_balance b
              LEFT JOIN daily_total_progress p ON p.organization_id = b.organization_id
             WHERE b.organization_id BETWEEN :first AND :last
               AND b.entry_seq >= coalesce(p.entry_seq, 0) + :atLeast
             ORDER BY b.organization_id
             LIMIT :max
            """;

    private static final String BEGIN = """
            INSERT INTO daily_total_progress (organization_id, entry_seq)
            SELECT organization_id, 0 FROM unnest(:organizations::bigint[]) AS n (organization_id)
                ON CONFLICT DO NOTHING
            """;

    private static final String MOVE = """
            UPDATE daily_total_progress p
               SET entry_seq = n.to_seq
              FROM unnest(:organizations::bigint[], :from::bigint[], :to::bigint[])
                   AS n (organization_id, from_seq, to_seq)
             WHERE p.organization_id = n.organization_id AND p.entry_seq = n.from_seq
            """;

    // OFFSET 0 keeps the entries a look-up by key, a range for each organization.
    private static final String ADD = """
            INSERT INTO agent_daily_total AS s (organization_id, agent_id, day, product_id, spent_nanos, entry_count,
                                                quantity)
            SELECT n.organization_id, e.agent_id, e.day, e.product_id, sum(e.spent_nanos), count(*),
                   coalesce(sum(e.quantity), 0)
              FROM unnest(:organizations::bigint[], :from::bigint[], :to::bigint[])
                   AS n (organization_id, from_seq, to_seq)
             CROSS JOIN LATERAL (
                   SELECT agent_id, (occurred_at AT TIME ZONE 'UTC')::date AS day, product_id,
                          -amount_nanos AS spent_nanos, quantity
                     FROM ledger_entry
                    WHERE organization_id = n.organization_id AND entry_seq > n.from_seq AND entry_seq <= n.to_seq
                      AND entry_kind = 1
                   OFFSET 0) e
             GROUP BY n.organization_id, e.agent_id, e.day, e.product_id
                ON CONFLICT (organization_id, agent_id, day, product_id) DO UPDATE
               SET spent_nanos = s.spent_nanos + EXCLUDED.spent_nanos,
                   entry_count = s.entry_count + EXCLUDED.entry_count,
                   quantity = s.quantity + EXCLUDED.quantity
            """;

    /** Entries of an organization: those after {@code fromSeq}, up to {@code toSeq}. */
    private record Stretch(long organizationId, long fromSeq, long toSeq, boolean isNew) {
        long entries() {
            return toSeq - fromSeq;
        }

        Stretch first(long entriesMax) {
            return entries() <= entriesMax ? this : new Stretch(organizationId, fromSeq, fromSeq + entriesMax, isNew);
        }
    }

    /** What is to be done between two transactions: bookings may need the database more. */
    @FunctionalInterface
    public interface Between {
        /** Whether to go on after a transaction that took so long. */
        boolean goesOn(Duration took);
    }

    /**
     * What one transaction did.
     *
     * @param next the first organization that it did not come to the end of; {@link #NONE} if there is nothing more to do
     */
    private record Added(long entries, long next) {
        static final long NONE = Long.MAX_VALUE;
        static final Added NOTHING = new Added(0, NONE);
    }

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final long entriesEnough;
    private final long entriesMax;

    /** Works on {@code dataSource}, under the application's role or the owner's. */
    public JdbcDailyTotals(DataSource dataSource) {
        this(dataSource, ENTRIES_ENOUGH, ENTRIES_MAX);
    }

    JdbcDailyTotals(DataSource dataSource, long entriesEnough, long entriesMax) {
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.entriesEnough = entriesEnough;
        this.entriesMax = entriesMax;
    }

    /**
     * Adds what is booked and not added yet, some organizations after the other. Does nothing while another process is at it.
     *
     * @param atLeast how many entries of an organization have to be there for it to be taken; from 1
     * @return how many entries were added, those among them that are no usage and count for nothing
     */
    public long addAll(long atLeast, Between between) {
        long entries = 0;
        Added added = new Added(0, Long.MIN_VALUE);
        Duration took;
        do {
            long first = added.next();
            long startNanos = System.nanoTime();
            added = Objects.requireNonNull(transaction.execute(status -> addSome(first, atLeast, status)));
            took = Duration.ofNanos(System.nanoTime() - startNanos);
            entries += added.entries();
        } while (added.next() != Added.NONE && between.goesOn(took));
        return entries;
    }

    /**
     * Adds all entries of an organization that are booked by now, waiting for whoever adds some of them. It has an end though
     * more are booked meanwhile.
     */
    public void addAll(long organizationId) {
        long booked = jdbc.sql("SELECT entry_seq FROM organization_balance WHERE organization_id = :organization")
                .param("organization", organizationId)
                .query(Long.class)
                .optional()
                .orElse(0L);
        boolean isBehind = true;
        while (isBehind) {
            isBehind = Objects.requireNonNull(transaction.execute(status -> {
                List<Stretch> behind = behind(organizationId, organizationId, 1, 1).stream()
                        .filter(stretch -> stretch.fromSeq() < booked)
                        .map(stretch -> stretch.first(entriesMax))
                        .toList();
                // Whoever was quicker has moved the progress: look again.
                add(behind, status);
                return !behind.isEmpty();
            }));
        }
    }

    private Added addSome(long first, long atLeast, TransactionStatus status) {
        if (!jdbc.sql(LOCK).query(Boolean.class).single()) {
            return Added.NOTHING;
        }
        List<Stretch> behind = behind(first, Long.MAX_VALUE, atLeast, ORGANIZATIONS_MAX);
        List<Stretch> taken = new ArrayList<>();
        long entries = 0;
        while (taken.size() < behind.size() && entries < entriesEnough) {
            Stretch stretch = behind.get(taken.size()).first(entriesMax);
            taken.add(stretch);
            entries += stretch.entries();
        }
        if (taken.isEmpty() || !add(taken, status)) {
            return Added.NOTHING;
        }
        Stretch last = taken.get(taken.size() - 1);
        boolean isWhole = last.equals(behind.get(taken.size() - 1));
        if (isWhole && taken.size() == behind.size() && behind.size() < ORGANIZATIONS_MAX) {
            return new Added(entries, Added.NONE);
        }
        return new Added(entries, isWhole ? last.organizationId() + 1 : last.organizationId());
    }

    private List<Stretch> behind(long first, long last, long atLeast, int max) {
        return jdbc.sql(BEHIND)
                .param("first", first)
                .param("last", last)
                .param("atLeast", atLeast)
                .param("max", max)
                .query(Stretch.class)
                .list();
    }

    /** Whether all of it was added; nothing was if somebody else has added some of it. */
    private boolean add(List<Stretch> stretches, TransactionStatus status) {
        if (stretches.isEmpty()) {
            return true;
        }
        List<Stretch> begun = stretches.stream().filter(Stretch::isNew).toList();
        if (!begun.isEmpty()) {
            jdbc.sql(BEGIN)
                    .param("organizations", longs(begun, Stretch::organizationId))
                    .update();
        }
        // First, as its locks are what keeps everybody else from adding the same.
        if (change(MOVE, stretches) < stretches.size()) {
            status.setRollbackOnly();
            return false;
        }
        change(ADD, stretches);
        return true;
    }

    private int change(String sql, List<Stretch> stretches) {
        return jdbc.sql(sql)
                .param("organizations", longs(stretches, Stretch::organizationId))
                .param("from", longs(stretches, Stretch::fromSeq))
                .param("to", longs(stretches, Stretch::toSeq))
                .update();
    }

    private static Long[] longs(List<Stretch> stretches, Function<Stretch, Long> column) {
        return stretches.stream().map(column).toArray(Long[]::new);
    }
}
