package dev.aicredits.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicredits.ledger.BookingOutcome.Booked;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Whatever goes wrong in the middle of a booking: nothing of it stays, and its connection is fit for the next. */
class ConnectionStateTest {

    private static final TestLedger LEDGER = TestLedger.shared();

    private final String organization = LEDGER.organization();
    private final UsageSample sample = UsageSample.of(organization, "ag_" + organization);

    @AfterEach
    void theLedgerIsRight() {
        assertThat(LEDGER.audit()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "UPDATE organization_balance, error",
        "UPDATE organization_balance, sql",
        "COPY ledger_entry, error",
        "COPY ledger_entry, sql",
        "UPDATE agent_spend, error",
        "UPDATE external_user_spend, error",
        "UPDATE external_user_spend, sql",
        "commit, error",
        "commit, sql"
    })
    void aFailureInTheMiddleLeavesNothingBehind(String statement, String failure) throws SQLException {
        FailingDataSource failing = new FailingDataSource(statement, failure.equals("error"));
        JdbcLedger ledger = new JdbcLedger(failing, Clock.systemUTC());

        assertThatThrownBy(() -> ledger.book(LEDGER.rated(List.of(sample))))
                .isInstanceOfAny(OutOfMemoryError.class, DataAccessException.class);

        assertThat(LEDGER.entries(organization)).isZero();
        assertThat(LEDGER.balance(organization)).isZero();
        assertThat(failing.last.getAutoCommit()).isTrue();
        failing.heal();
        assertThat(ledger.book(LEDGER.rated(List.of(sample))).outcomes()).containsExactly(new Booked(1, -21_000));
        failing.last.close();
    }

    @Test
    void aLostAnswerToACommitIsFoundOutByRepeating() throws SQLException {
        FailingDataSource failing = new FailingDataSource("after commit", false);
        JdbcLedger ledger = new JdbcLedger(failing, Clock.systemUTC());

        assertThatThrownBy(() -> ledger.book(LEDGER.rated(List.of(sample)))).isInstanceOf(DataAccessException.class);
        failing.heal();
        List<BookingOutcome> outcomes = ledger.book(LEDGER.rated(List.of(sample, sample.key(UUID.randomUUID()))))
                .outcomes();

        assertThat(outcomes).containsExactly(new BookingOutcome.Duplicate(1), new Booked(2, -42_000));
        failing.last.close();
    }

    @Test
    void aServerThatEndsTheSessionIsAnErrorToTheCallerAndNotALoss() {
        assertThat(LEDGER.book(sample).outcomes()).hasSize(1);
        FailingDataSource killing = new FailingDataSource("kill", false);
        JdbcLedger ledger = new JdbcLedger(killing, Clock.systemUTC());

        assertThatThrownBy(() -> ledger.book(LEDGER.rated(List.of(sample.key(UUID.randomUUID())))))
                .isInstanceOf(DataAccessException.class);

        assertThat(LEDGER.entries(organization)).isEqualTo(1);
    }

    @Test
    void connectionsThatDoNotCommitByThemselvesWillDo() {
        DelegatingDataSource manual = new DelegatingDataSource(LEDGER.database.app()) {
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = super.getConnection();
                connection.setAutoCommit(false);
                return connection;
            }
        };
        JdbcLedger ledger = new JdbcLedger(manual, Clock.systemUTC());
        ledger.book(LEDGER.rated(List.of(sample)));
        // Makes the position stale that the ledger remembers: its next attempt is rolled back.
        LEDGER.topUp(organization, "5");
        UsageSample registered =
                sample.key(UUID.randomUUID()).agent(sample.agent() + "_2").user("user_2");

        ledger.book(LEDGER.rated(List.of(registered)));

        assertThat(LEDGER.statement(organization, "ROW(agent_id, external_user_id)"))
                .containsExactly("(" + sample.agent() + ",user_1)", "(,)", "(" + registered.agent() + ",user_2)");
    }

    @Test
    void balancesThatNeverStandStillAreATransientFailure() {
        // The server refuses every attempt: as if another always came first.
        FailingDataSource busy = new FailingDataSource("busy", false);
        JdbcLedger ledger = new JdbcLedger(busy, Clock.systemUTC());

        assertThatThrownBy(() -> ledger.book(LEDGER.rated(List.of(sample))))
                .isInstanceOfAny(CannotAcquireLockException.class, PessimisticLockingFailureException.class);
        assertThat(busy.attempts).isEqualTo(20);
    }

    /** Real connections, one kind of whose calls fails. */
    private static final class FailingDataSource extends DelegatingDataSource {

        private String failingAt;
        private final boolean error;
        Connection last;
        int attempts;

        FailingDataSource(String failingAt, boolean error) {
            super(LEDGER.database.app());
            this.failingAt = failingAt;
            this.error = error;
        }

        void heal() {
            failingAt = "nothing";
        }

        @Override
        public Connection getConnection() throws SQLException {
            last = super.getConnection();
            return (Connection) Proxy.newProxyInstance(
                    Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> {
                        String name = method.getName();
                        String call = name.equals("prepareStatement") ? ((String) args[0]).strip() : name;
                        boolean copies = name.equals("unwrap") && failingAt.startsWith("COPY") && inTransaction();
                        if (name.equals("close") && !failingAt.equals("kill")) {
                            // Kept open for the test to look at its state.
                            return null;
                        }
                        if (call.startsWith(failingAt) || (copies && entriesAreDue())) {
                            fail();
                        }
                        if (failingAt.equals("busy") && call.startsWith("UPDATE organization_balance")) {
                            attempts++;
                            throw new SQLException("another came first", "40001");
                        }
                        if (failingAt.equals("kill") && call.startsWith("UPDATE agent_spend")) {
                            LEDGER.superuser
                                    .sql("SELECT pg_terminate_backend(?)")
                                    .param(last.unwrap(PGConnection.class).getBackendPID())
                                    .query(Boolean.class)
                                    .single();
                        }
                        Object result;
                        try {
                            result = method.invoke(last, args);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                        if (failingAt.equals("after " + name)) {
                            throw new SQLException("the answer was lost", "08006");
                        }
                        return result;
                    });
        }

        private boolean inTransaction() throws SQLException {
            return !last.getAutoCommit();
        }

        /** The arrays of the first statement unwrap too; what follows the moved balances is the COPY. */
        private boolean entriesAreDue() {
            return ++attempts > 5;
        }

        private void fail() throws SQLException {
            if (error) {
                throw new OutOfMemoryError("planted");
            }
            throw new SQLException("planted", "58030");
        }
    }
}
