package dev.aicredits.consumer.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ClassPathResource;

class FrozenWorkerTest {

    private static final int PARTITIONS = 6;
    private static final int RECORDS = 400;
    private static final int TRIES_MAX = 10;
    private static final String FROZEN = "frozen";
    private static final String OTHER = "other";
    private static final String INIT_SQL = "spring.datasource.hikari.connection-init-sql";

    /**
     * The worst moment to be frozen: in the middle of a transaction, which holds the locks of its organizations'
     * balances until somebody ends it.
     */
    @ParameterizedTest(name = "group protocol {0}")
    @ValueSource(strings = {"consumer", "classic"})
    void aWorkerFrozenInItsTransactionBlocksNobodyCountsNothingTwiceAndIsUsefulAgain(String protocol)
            throws SQLException {
        try (ChaosLedger ledger = new ChaosLedger(ChaosSystem.shared(), PARTITIONS);
                UsageTraffic traffic =
                        ledger.traffic(Seed.of("FrozenWorkerTest, " + protocol)).start();
                Worker frozen = launch(ledger, FROZEN, protocol);
                Worker other = launch(ledger, OTHER, protocol)) {
            ledger.await(
                    "both have partitions",
                    () -> ledger.topics().partitionsOf(FROZEN) > 0
                            && ledger.topics().partitionsOf(OTHER) > 0);
            ledger.awaitMoreEntries(UsageTraffic.EVENTS_PER_SECOND, frozen, other);

            freezeInTransaction(ledger, frozen);
            ledger.await(
                    "the other takes over", () -> ledger.topics().partitionsOf(OTHER) == PARTITIONS, frozen, other);
            traffic.stop();
            ledger.awaitDrained(other);
            ExactlyOnce.verify(ledger, traffic);

            traffic.start();
            frozen.thaw();
            ledger.await("the frozen one is back", () -> ledger.topics().partitionsOf(FROZEN) > 0, frozen, other);
            other.close();
            ledger.awaitMoreEntries(UsageTraffic.EVENTS_PER_SECOND, frozen);
            traffic.stop();
            ledger.awaitDrained(frozen);
            ExactlyOnce.verify(ledger, traffic);
        }
    }

    /** No lock and no transaction says that it is still there, and it goes on with a batch that is another's by then. */
    @Test
    void aWorkerFrozenBetweenItsPollAndItsBookingFindsThatAllOfItIsBooked(@TempDir Path folder) {
        Gate gate = new Gate(folder);
        try (ChaosLedger ledger = new ChaosLedger(ChaosSystem.shared(), 1);
                UsageTraffic traffic = ledger.traffic(Seed.of("FrozenWorkerTest, before its booking"))) {
            traffic.burst(RECORDS);
            try (Worker frozen = ledger.launchGated(FROZEN, folder)) {
                ledger.await("it is about to book", gate::isReached, frozen);
                frozen.freeze();
                gate.open();
                try (Worker other = ledger.launch(OTHER)) {
                    ledger.awaitDrained(other);
                    assertThat(gate.isPassed()).isFalse();

                    frozen.thaw();
                    ledger.await("it has booked", gate::isPassed, frozen, other);
                    assertThat(gate.outcomes()).isEqualTo("{Duplicate=" + RECORDS + "}");
                    ExactlyOnce.verify(ledger, traffic);
                }
            }
        }
    }

    private static Worker launch(ChaosLedger ledger, String name, String protocol) {
        List<String> settings = new ArrayList<>();
        settings.add("--" + INIT_SQL + "=" + shippedInitSql().replace("'10s'", "'8s'"));
        if (protocol.equals("consumer")) {
            settings.add(ChaosLedger.CONSUMER_PROTOCOL);
        }
        return ledger.launch(name, settings.toArray(String[]::new));
    }

    /** What ends a frozen worker's transaction, as it ships; with its 10 seconds it would be most of the test. */
    private static String shippedInitSql() {
        try {
            String sql = (String) new YamlPropertySourceLoader()
                    .load("shipped", new ClassPathResource("usage-consumer.yaml"))
                    .get(0)
                    .getProperty(INIT_SQL);
            assertThat(sql).contains("idle_in_transaction_session_timeout = '10s'", "lock_timeout = '10s'");
            return sql;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Freezes the worker in the midst of a transaction, at the first try or one of the next. */
    private static void freezeInTransaction(ChaosLedger ledger, Worker worker) throws SQLException {
        for (int tries = 1; !isFrozenInTransaction(ledger, worker); tries++) {
            assertThat(tries)
                    .as("times that it was frozen outside of a transaction")
                    .isLessThan(TRIES_MAX);
            worker.thaw();
        }
    }

    /**
     * Keeps a lock that every batch needs late in its transaction until the worker waits for it, and freezes it there. Whether
     * what waited was a transaction: a statement by itself may wait too, and leaves none open.
     */
    private static boolean isFrozenInTransaction(ChaosLedger ledger, Worker worker) throws SQLException {
        try (Connection connection = ledger.connections().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE agent_spend IN SHARE MODE");
            // For the table, or for a worker that does. It also waits to lengthen a file, in the midst of its COPY: not
            // then.
            ledger.await(
                    "it waits in its transaction",
                    () -> backends(ledger, "wait_event_type = 'Lock' AND wait_event <> 'extend'") > 0,
                    worker);
            worker.freeze();
            connection.rollback();
        }
        // Every statement that waited has ended by then, and who waited for those too.
        ledger.await("none of its statements runs", () -> backends(ledger, "state = 'active'") == 0, worker);
        return backends(ledger, "state = 'idle in transaction'") > 0;
    }

    private static long backends(ChaosLedger ledger, String condition) {
        return ledger.jdbc()
                .sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = :name AND " + condition)
                .param("name", FROZEN)
                .query(Long.class)
                .single();
    }
}
