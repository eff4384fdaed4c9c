package dev.aicredits.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.aicredits.ledger.JdbcDailyTotals;
import dev.aicredits.testkit.TestDatabase;
import dev.aicredits.testkit.TestInfra;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The schema is migrated while services of the version before book: each of their entries is counted once. */
class DailyTotalsMigrationTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    /** The driver has the server keep a statement once it came five times; a kept one names the table by its old number. */
    private static final int BEFORE = 7;

    private final TestDatabase database = TestInfra.shared().createDatabase();
    private final JdbcClient superuser = JdbcClient.create(database.dataSource());

    @Test
    void bookingsOfTheVersionBeforeAreCountedOnceWheneverTheyCommit() throws SQLException {
        new JdbcRoles(database.dataSource()).create(LedgerTestDatabase.passwords());
        migrate("15");
        superuser
                .sql("INSERT INTO organization (public_id, name) VALUES ('org_a', 'A'), ('org_b', 'B');"
                        + " INSERT INTO organization_balance SELECT organization_id, 0, 0, now() FROM organization")
                .update();
        try (VersionBefore raised = new VersionBefore(1);
                VersionBefore moved = new VersionBefore(2)) {
            for (int i = 0; i < BEFORE; i++) {
                raised.book();
                moved.book();
            }
            raised.moveBalanceAndAddEntry();
            raised.raiseDay();
            moved.moveBalanceAndAddEntry();
            long table = superuser
                    .sql("SELECT 'agent_daily_spend'::regclass::oid::bigint")
                    .query(Long.class)
                    .single();

            CompletableFuture<Void> migration = CompletableFuture.runAsync(() -> migrate("16"));
            awaitWaiting(table, 1);
            CompletableFuture<Void> raise = CompletableFuture.runAsync(moved::raiseDay);
            awaitWaiting(table, 2);
            raised.commit();

            assertThat(migration).succeedsWithin(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(raise).succeedsWithin(SOON.toSeconds(), TimeUnit.SECONDS);
            moved.commit();
            assertThat(days("agent_daily_total")).containsExactly("1 8 8", "2 7 7");
            assertThat(days("agent_daily_spend")).containsExactly("1 8 8", "2 8 8");
            raised.book();
            moved.book();
        }

        assertThat(days("agent_daily_spend")).containsExactly("1 9 9", "2 9 9");
        migrate("17");
        new JdbcDailyTotals(database.as(
                        LedgerDatabase.APP_ROLE, LedgerTestDatabase.passwords().app()))
                .addAll(1, took -> true);
        assertThat(days("agent_daily_spend")).containsExactly("1 9 9", "2 9 9");
        assertThat(days("agent_daily_total")).containsExactly("1 9 9", "2 9 9");
    }

    /** Of entries before and after, in the totals and not yet, by the version before and this one. */
    @Test
    void toolCallsOfTheMonthAreCountedByTheirNumberWhoeverAddsThem() {
        new JdbcRoles(database.dataSource()).create(LedgerTestDatabase.passwords());
        migrate("16");
        superuser
                .sql("INSERT INTO organization (public_id, name) VALUES ('org_a', 'A');"
                        + " INSERT INTO organization_balance SELECT organization_id, 0, 0, now() FROM organization;"
                        + " INSERT INTO product (usage_kind, unit) VALUES ('tool_call', 'call')")
                .update();
        bookToolCalls(100);
        addAsTheVersionBefore();
        bookToolCalls(20);

        migrate("17");

        assertThat(quantities()).containsExactly(120L);
        assertThatThrownBy(this::addAsTheVersionBefore).isInstanceOf(DataIntegrityViolationException.class);
        bookToolCalls(3);
        assertThat(quantities()).containsExactly(123L);
        new JdbcDailyTotals(database.as(
                        LedgerDatabase.APP_ROLE, LedgerTestDatabase.passwords().app()))
                .addAll(1, took -> true);
        assertThat(quantities()).containsExactly(123L);
        assertThat(days("agent_daily_total")).containsExactly("1 3 3");
    }

    private void bookToolCalls(int quantity) {
        superuser.sql("""
                        UPDATE organization_balance SET entry_seq = entry_seq + 1, balance_nanos = balance_nanos - 1;
                        INSERT INTO ledger_entry (organization_id, entry_seq, amount_nanos, balance_after_nanos,
                            occurred_at, booked_at, dedupe_key, agent_id, product_id, quantity, entry_kind)
                        SELECT organization_id, entry_seq, -1, balance_nanos,
                               date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', now(), gen_random_uuid(), 1,
                               (SELECT product_id FROM product WHERE unit = 'call'), %d, 1
                          FROM organization_balance
                        """.formatted(quantity)).update();
    }

    /** In one statement what it does in several. */
    private void addAsTheVersionBefore() {
        superuser.sql("""
                WITH moved AS (
                     INSERT INTO daily_total_progress SELECT organization_id, entry_seq FROM organization_balance
                         ON CONFLICT (organization_id) DO UPDATE SET entry_seq = EXCLUDED.entry_seq)
                INSERT INTO agent_daily_total AS s (organization_id, agent_id, day, product_id, spent_nanos, entry_count)
                SELECT e.organization_id, e.agent_id, (e.occurred_at AT TIME ZONE 'UTC')::date, e.product_id,
                       -sum(e.amount_nanos), count(*)
                  FROM ledger_entry e LEFT JOIN daily_total_progress p USING (organization_id)
                 WHERE e.entry_seq > coalesce(p.entry_seq, 0)
                 GROUP BY 1, 2, 3, 4
                    ON CONFLICT (organization_id, agent_id, day, product_id) DO UPDATE
                   SET spent_nanos = s.spent_nanos + EXCLUDED.spent_nanos,
                       entry_count = s.entry_count + EXCLUDED.entry_count
                """).update();
    }

    private List<Long> quantities() {
        return superuser
                .sql("SELECT quantity FROM agent_daily_spend")
                .query(Long.class)
                .list();
    }

    /** A session of a service that raises daily spends in its bookings. */
    private final class VersionBefore implements AutoCloseable {

        private final long organization;
        private final Connection connection;
        private final JdbcClient jdbc;

        VersionBefore(long organization) throws SQLException {
            DataSource app = database.as(
                    LedgerDatabase.APP_ROLE, LedgerTestDatabase.passwords().app());
            this.organization = organization;
            this.connection = app.getConnection();
            this.connection.setAutoCommit(false);
            this.jdbc = JdbcClient.create(new SingleConnectionDataSource(connection, true));
        }

        void book() throws SQLException {
            moveBalanceAndAddEntry();
            raiseDay();
            commit();
        }

        void moveBalanceAndAddEntry() {
            jdbc.sql("""
                            UPDATE organization_balance SET entry_seq = entry_seq + 1, balance_nanos = balance_nanos - 1
                             WHERE organization_id = ?
                            """).param(organization).update();
            jdbc.sql("""
                            INSERT INTO ledger_entry (organization_id, entry_seq, amount_nanos, balance_after_nanos,
                                occurred_at, booked_at, dedupe_key, agent_id, product_id, entry_kind)
                            SELECT organization_id, entry_seq, -1, balance_nanos, '2026-03-15T12:00:00Z', now(),
                                   gen_random_uuid(), 1, 1, 1
                              FROM organization_balance WHERE organization_id = ?
                            """).param(organization).update();
        }

        void raiseDay() {
            int raised = jdbc.sql("""
                            UPDATE agent_daily_spend SET spent_nanos = spent_nanos + 1, entry_count = entry_count + 1
                             WHERE organization_id = ? AND agent_id = 1 AND day = '2026-03-15' AND product_id = 1
                            """).param(organization).update();
            if (raised == 0) {
                jdbc.sql("""
                                INSERT INTO agent_daily_spend (organization_id, agent_id, product_id, day, spent_nanos,
                                    entry_count)
                                VALUES (?, 1, 1, '2026-03-15', 1, 1)
                                """).param(organization).update();
            }
        }

        void commit() throws SQLException {
            connection.commit();
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    private void awaitWaiting(long table, int sessions) {
        await().atMost(SOON)
                .until(() -> superuser
                                .sql("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = ?::bigint::oid")
                                .param(table)
                                .query(Integer.class)
                                .single()
                        == sessions);
    }

    /** Organization, nano-USD and entries. */
    private List<String> days(String from) {
        return superuser
                .sql("SELECT concat_ws(' ', organization_id, spent_nanos, entry_count) FROM " + from + " ORDER BY 1")
                .query(String.class)
                .list();
    }

    private void migrate(String version) {
        Flyway.configure(LedgerDatabase.class.getClassLoader())
                .dataSource(database.as(
                        LedgerDatabase.OWNER_ROLE,
                        LedgerTestDatabase.passwords().owner()))
                .locations("classpath:db/migration")
                .target(version)
                .load()
                .migrate();
    }
}
