package dev.aicredits.messaging;

import java.sql.SQLException;
import java.util.Set;
import org.apache.kafka.common.errors.ApiException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.kafka.KafkaException;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Says what an exception means to a worker. There are two kinds here (what is malformed is a dead letter and no
 * exception): what will pass is tried again, for ever; anything else means that something we rely on is broken, and
 * stops the container, so that health says DOWN and nothing is skipped. {@link RepeatingErrorHandler} does either.
 */
public final class Failures {

    // PostgreSQL's classes of SQLSTATE: connection, read-only or aborted transaction, lost race, out of disk, memory or
    // connections, lock not available, shutdown and start-up, I/O.
    private static final Set<String> TRANSIENT_CLASSES = Set.of("08", "25", "40", "53", "55", "57", "58");

    private Failures() {}

    /** What a listener throws in place of {@code e}: itself if it will pass, else a {@link BrokenInvariantException}. */
    public static RuntimeException classified(RuntimeException e) {
        return isTransient(e) ? e : new BrokenInvariantException(e);
    }

    private static boolean isTransient(RuntimeException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql.getSQLState() == null
                        || TRANSIENT_CLASSES.contains(sql.getSQLState().substring(0, 2));
            }
            if (cause instanceof TransientFailure || cause instanceof KafkaException || cause instanceof ApiException) {
                return true;
            }
        }
        return e instanceof TransientDataAccessException
                || e instanceof DataAccessResourceFailureException
                || e instanceof CannotCreateTransactionException;
    }

    /** Whether {@code failure} is, or is caused by, what does not pass by itself. */
    static boolean isBroken(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BrokenInvariantException) {
                return true;
            }
        }
        return false;
    }

    /** The innermost failure by its type and SQLSTATE, or what a {@link TransientFailure} says. Messages may quote rows. */
    public static String describe(Throwable failure) {
        String description = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TransientFailure known) {
                return known.description();
            }
            description = cause.getClass().getSimpleName();
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                description += " " + sql.getSQLState();
            }
        }
        return description;
    }
}
