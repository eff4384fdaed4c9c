package dev.aicredits.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.listener.ListenerExecutionFailedException;

class FailuresTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08001", "08006", "25006", "25P02", "40001", "40P01", "53100", "53200", "53300", "55P03", "57014",
                "57P01", "57P03", "58030"
            })
    void whatTheDatabaseWillGetOverIsTriedAgain(String sqlState) {
        assertThat(isBroken(new UncategorizedSQLException("book", null, new SQLException("x", sqlState))))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"22021", "23505", "23514", "28P01", "42501", "42P01", "XX001"})
    void whatItWillNotGetOverStopsTheConsumer(String sqlState) {
        assertThat(isBroken(new UncategorizedSQLException("book", null, new SQLException("x", sqlState))))
                .isTrue();
    }

    @Test
    void aPoolWithoutAConnectionIsTriedAgainUnlessTheDatabaseRefusesThePassword() {
        SQLException timeout = new SQLTransientConnectionException("timed out");
        assertThat(isBroken(new CannotGetJdbcConnectionException("no connection", timeout)))
                .isFalse();
        assertThat(isBroken(new DataAccessResourceFailureException("no connection", timeout)))
                .isFalse();
        SQLException refused = new SQLTransientConnectionException("timed out", "28P01");
        assertThat(isBroken(new CannotGetJdbcConnectionException("no connection", refused)))
                .isTrue();
    }

    @Test
    void whatTheBrokerDoesNotTakeIsTriedAgain() {
        assertThat(isBroken(new KafkaException("send", new ExecutionException(new TimeoutException("late")))))
                .isFalse();
        assertThat(isBroken(new RecordTooLargeException("large"))).isFalse();
    }

    @Test
    void aWorkersOwnTransientFailureIsTriedAgainAndSaysWhatTheLogMaySay() {
        RuntimeException wrapped = new IllegalStateException("secret", new AwayException());
        assertThat(isBroken(wrapped)).isFalse();
        assertThat(Failures.describe(wrapped)).isEqualTo("it is away");
    }

    @Test
    void aDefectStopsTheConsumer() {
        assertThat(isBroken(new NullPointerException())).isTrue();
        assertThat(isBroken(new IllegalStateException(new ArithmeticException("overflow"))))
                .isTrue();
    }

    @Test
    void aCommitThatFailsIsNoFailureOfTheBatch() {
        assertThat(Failures.isBroken(new CommitFailedException())).isFalse();
    }

    @Test
    void aDescriptionHasTypesAndStatesAndNoMessages() {
        SQLException sql = new SQLException("Failing row contains (secret)", "23514");
        assertThat(Failures.describe(new UncategorizedSQLException("book secret", "secret", sql)))
                .isEqualTo("SQLException 23514");
    }

    private static boolean isBroken(RuntimeException failure) {
        return Failures.isBroken(new ListenerExecutionFailedException("Listener failed", Failures.classified(failure)));
    }

    private static final class AwayException extends RuntimeException implements TransientFailure {
        @Override
        public String description() {
            return "it is away";
        }
    }
}
