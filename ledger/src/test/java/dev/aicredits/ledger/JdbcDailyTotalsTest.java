package dev.aicredits.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicredits.ledger.JdbcDailyTotals.Between;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** An entry is in what an agent spent on a day exactly once, at any moment. */
@Timeout(60)
class JdbcDailyTotalsTest {

    private static final TestLedger LEDGER = new TestLedger();

    private static final Between GO_ON = took -> true;

    /** What the days of an organization are, by the entries alone. */
    private static final String BY_ENTRIES = """
            SELECT concat_ws(' ', organization_id, agent_id, (occurred_at AT TIME ZONE 'UTC')::date, product_id,
                             -sum(amount_nanos), count(*), coalesce(sum(quantity), 0))
              FROM ledger_entry
             WHERE entry_kind = 1 AND organization_id = ?
             GROUP BY organization_id, agent_id, (occurred_at AT TIME ZONE 'UTC')::date, product_id
             ORDER BY 1
            """;

    private final JdbcDailyTotals totals = new JdbcDailyTotals(LEDGER.database.app());
    private final String organization = LEDGER.organization();
    private final UsageSample sample = UsageSample.of(organization, "ag_" + organization);

    @AfterEach
    void everyDayIsWhatItsEntriesAre() {
        assertThat(lines("agent_daily_spend")).containsExactlyElementsOf(byEntries());
        totals.addAll(1, GO_ON);
        assertThat(lines("agent_daily_spend")).containsExactlyElementsOf(byEntries());
        assertThat(lines("agent_daily_total")).containsExactlyElementsOf(byEntries());
        assertThat(behind()).isZero();
        assertThat(LEDGER.audit()).isEmpty();
    }

    @AfterAll
    static void close() {
        LEDGER.close();
    }

    @Test
    void daysAreExactBeforeAfterAndBetweenAdditions() {
        bookSome();
        assertThat(lines("agent_daily_spend")).hasSize(4).containsExactlyElementsOf(byEntries());
        assertThat(lines("agent_daily_total")).isEmpty();

        assertThat(totals.addAll(1, GO_ON)).isEqualTo(7);
        assertThat(lines("agent_daily_total")).containsExactlyElementsOf(byEntries());
        bookSome();

        assertThat(lines("agent_daily_spend")).hasSize(4).containsExactlyElementsOf(byEntries());
        assertThat(lines("agent_daily_total")).isNotEqualTo(byEntries());
        assertThat(behind()).isEqualTo(7);
    }

    @Test
    void whatWasAddedIsNotAddedAgain() {
        bookSome();

        assertThat(totals.addAll(1, GO_ON)).isEqualTo(7);
        assertThat(totals.addAll(1, GO_ON)).isZero();
    }

    @Test
    void manyEntriesAreAddedInPiecesOverSeveralOrganizations() {
        bookSome();
        UsageSample another = UsageSample.of(LEDGER.organization(), "ag_another" + organization);
        LEDGER.book(another, another.key(UUID.randomUUID()));

        assertThat(new JdbcDailyTotals(LEDGER.database.app(), 2, 2).addAll(1, GO_ON))
                .isEqualTo(9);

        assertThat(behind()).isZero();
    }

    @Test
    void itStopsBetweenOrganizationsWhenItIsToldTo() {
        bookSome();
        UsageSample another = UsageSample.of(LEDGER.organization(), "ag_another" + organization);
        LEDGER.book(another, another.key(UUID.randomUUID()));

        assertThat(new JdbcDailyTotals(LEDGER.database.app(), 2, 10).addAll(1, took -> false))
                .isEqualTo(7);

        assertThat(behind()).isEqualTo(2);
    }

    @Test
    void organizationsOfFewEntriesCanBeLeftForLater() {
        bookSome();
        UsageSample another = UsageSample.of(LEDGER.organization(), "ag_another" + organization);
        LEDGER.book(another, another.key(UUID.randomUUID()), another.key(UUID.randomUUID()));

        assertThat(totals.addAll(8, GO_ON)).isZero();
        assertThat(totals.addAll(7, GO_ON)).isEqualTo(7);

        assertThat(behind()).isEqualTo(3);
    }

    @Test
    void oneOrganizationCanBeAddedAlone() {
        UsageSample another = UsageSample.of(LEDGER.organization(), "ag_another" + organization);
        LEDGER.book(sample, another);

        new JdbcDailyTotals(LEDGER.database.owner(), 2, 2).addAll(key());

        assertThat(behind()).isEqualTo(1);
    }

    @Test
    void addingOneOrganizationEndsThoughMoreIsBookedAllTheTime() {
        LEDGER.book(sample);
        DelegatingDataSource booking = new DelegatingDataSource(LEDGER.database.owner()) {
            @Override
            public Connection getConnection() throws SQLException {
                LEDGER.book(sample.key(UUID.randomUUID()), sample.key(UUID.randomUUID()));
                return super.getConnection();
            }
        };

        new JdbcDailyTotals(booking, 2, 2).addAll(key());
    }

    @Test
    void whatFailsBetweenIsAddedOnceLater() {
        bookSome();
        LEDGER.superuser
                .sql("ALTER TABLE agent_daily_total ADD CONSTRAINT broken CHECK (false) NOT VALID")
                .update();

        assertThatThrownBy(() -> totals.addAll(1, GO_ON)).isInstanceOf(DataIntegrityViolationException.class);

        LEDGER.superuser
                .sql("ALTER TABLE agent_daily_total DROP CONSTRAINT broken")
                .update();
        assertThat(behind()).isEqualTo(7);
    }

    @Test
    void itDoesNotWaitForABookingUnderWay() throws Exception {
        bookSome();
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            new TransactionTemplate(new JdbcTransactionManager(LEDGER.database.app())).executeWithoutResult(status -> {
                LEDGER.app
                        .sql("SELECT entry_seq FROM organization_balance FOR UPDATE")
                        .query(Long.class)
                        .list();
                assertThat(other.submit(() -> totals.addAll(1, GO_ON)))
                        .succeedsWithin(10, TimeUnit.SECONDS)
                        .isEqualTo(7L);
            });
        } finally {
            other.shutdown();
        }
    }

    /** Readers compare with the balance, in one statement: it counts every entry, and here all are usage. */
    @Test
    void whileSeveralBookAddAndReadEachReadFindsEachEntryOnce() throws Exception {
        LEDGER.book(sample);
        long key = key();
        AtomicBoolean isOver = new AtomicBoolean();
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Future<Long>> others = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                JdbcDailyTotals some = new JdbcDailyTotals(LEDGER.database.app(), 7, 7);
                others.add(threads.submit(until(isOver, () -> some.addAll(1, GO_ON))));
                others.add(threads.submit(until(isOver, () -> some.addAll(key))));
                others.add(threads.submit(
                        until(isOver, () -> assertThat(LEDGER.number("""
                                SELECT b.entry_seq - (SELECT sum(s.entry_count) FROM agent_daily_spend s
                                                       WHERE s.organization_id = b.organization_id)
                                  FROM organization_balance b WHERE b.organization_id = ?
                                """, key)).isZero())));
            }
            for (int i = 0; i < 150; i++) {
                LEDGER.book(
                        sample.key(UUID.randomUUID()),
                        sample.key(UUID.randomUUID()).toolCalls(1));
            }
        } finally {
            isOver.set(true);
            threads.shutdown();
        }
        for (Future<Long> other : others) {
            assertThat(other.get()).isPositive();
        }
        assertThat(threads.awaitTermination(1, TimeUnit.SECONDS)).isTrue();
    }

    private static Callable<Long> until(AtomicBoolean isOver, Runnable task) {
        return () -> {
            long times = 0;
            while (!isOver.get()) {
                task.run();
                times++;
            }
            return times;
        };
    }

    /** A version that raises daily spends in its bookings may run beside this one: here are its statements. */
    @Test
    void whatTheVersionBeforeAddsItselfIsCountedOnce() {
        LEDGER.book(sample);
        String[] raising = {"""
            UPDATE agent_daily_spend s
               SET spent_nanos = s.spent_nanos + n.nanos, entry_count = s.entry_count + n.entries
              FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::bigint[], ?::bigint[])
                   AS n (organization_id, agent_id, product_id, day, nanos, entries)
             WHERE s.organization_id = n.organization_id AND s.agent_id = n.agent_id
               AND s.day = DATE '1970-01-01' + n.day AND s.product_id = n.product_id::int
            """, """
            INSERT INTO agent_daily_spend (organization_id, agent_id, product_id, day, spent_nanos, entry_count)
            SELECT n.organization_id, n.agent_id, n.product_id, DATE '1970-01-01' + n.day, n.nanos, n.entries
              FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::bigint[], ?::bigint[])
                   AS n (organization_id, agent_id, product_id, day, nanos, entries)
             WHERE NOT EXISTS (
                   SELECT FROM agent_daily_spend s
                    WHERE s.organization_id = n.organization_id AND s.agent_id = n.agent_id
                      AND s.day = DATE '1970-01-01' + n.day AND s.product_id = n.product_id::int)
            """};
        // More often than the driver takes to have the server keep the statement.
        for (int i = 0; i < 7; i++) {
            for (String sql : raising) {
                assertThat(LEDGER.app
                                .sql(sql)
                                .params("{" + key() + "}", "{1}", "{1}", "{20000}", "{5}", "{1}")
                                .update())
                        .isZero();
            }
        }
    }

    /** Seven entries on three days, five of them usage of two products, by two agents. */
    private void bookSome() {
        LEDGER.topUp(organization, "10");
        LEDGER.book(
                sample.key(UUID.randomUUID()),
                sample.key(UUID.randomUUID()).anonymous(),
                sample.key(UUID.randomUUID()).at("2026-02-28T23:59:59.999999Z"),
                sample.key(UUID.randomUUID()).agent("ag_two" + organization),
                sample.key(UUID.randomUUID()).toolCalls(2).at("2026-03-01T00:00:00Z"));
        LEDGER.adjust(organization, "-1");
    }

    private long key() {
        return LEDGER.number("SELECT organization_id FROM organization WHERE public_id = ?", organization);
    }

    /** How many entries of all organizations are not in the totals yet. */
    private static long behind() {
        return LEDGER.number("""
                SELECT sum(b.entry_seq - coalesce(p.entry_seq, 0))
                  FROM organization_balance b LEFT JOIN daily_total_progress p USING (organization_id)
                """);
    }

    private List<String> lines(String from) {
        return LEDGER.app
                .sql("SELECT concat_ws(' ', organization_id, agent_id, day, product_id, spent_nanos, entry_count,"
                        + " quantity) FROM " + from + " WHERE organization_id = ? ORDER BY 1")
                .param(key())
                .query(String.class)
                .list();
    }

    private List<String> byEntries() {
        return LEDGER.app.sql(BY_ENTRIES).param(key()).query(String.class).list();
    }
}
