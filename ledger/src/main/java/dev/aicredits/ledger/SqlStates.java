package dev.aicredits.ledger;

import java.sql.SQLException;

/** The SQLSTATE codes we act on (PostgreSQL's manual, appendix A). */
final class SqlStates {

    static final String SERIALIZATION_FAILURE = "40001";
    private static final String DEADLOCK = "40P01";
    private static final String UNIQUE_VIOLATION = "23505";

    private SqlStates() {}

    static boolean isUniqueViolation(SQLException e) {
        return UNIQUE_VIOLATION.equals(e.getSQLState());
    }

    /** Whether the transaction lost against another and may win the next time. */
    static boolean isWorthAnotherAttempt(SQLException e) {
        return isUniqueViolation(e)
                || SERIALIZATION_FAILURE.equals(e.getSQLState())
                || DEADLOCK.equals(e.getSQLState());
    }
}
