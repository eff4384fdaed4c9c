package dev.aicredits.checkout;

import dev.aicredits.stripe.StripeFailure;
import java.sql.SQLException;
import java.util.Set;
import org.apache.kafka.common.errors.ApiException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.kafka.KafkaException;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Says what an exception means to an event. What will pass is tried again, for ever: Stripe, the database or the broker
 * is away. Anything else means that something we rely on is broken, and stops the consumer, so that health says DOWN and
 * nothing is skipped.
 */
final class EventFailures {

    /** It will pass. */
    static final class TransientFailureException extends RuntimeException {
        TransientFailureException(RuntimeException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** It will not pass by itself. */
    static final class BrokenInvariantException extends RuntimeException {
        BrokenInvariantException(RuntimeException cause) {
            super(cause.getMessage(), cause);
        }
    }

    // PostgreSQL's classes of SQLSTATE: connection, read-only or aborted transaction, lost race, out of disk, memory or
    // connections, lock not available, shutdown and start-up, I/O.
    private static final Set<String> TRANSIENT_CLASSES = Set.of("08", "25", "40", "53", "55", "57", "58");

    private EventFailures() {}

    static RuntimeException classified(RuntimeException e) {
        return isTransient(e) ? new TransientFailureException(e) : new BrokenInvariantException(e);
    }

    private static boolean isTransient(RuntimeException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql.getSQLState() == null
                        || TRANSIENT_CLASSES.contains(sql.getSQLState().substring(0, 2));
            }
            if (cause instanceof StripeFailure || cause instanceof KafkaException || cause instanceof ApiException) {
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

    /** The innermost failure by its type and SQLSTATE, or what Stripe answered. Other messages may quote rows. */
    static String describe(Throwable failure) {
        String description = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            description = cause.getClass().getSimpleName();
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                description += " " + sql.getSQLState();
            }
            if (cause instanceof StripeFailure stripe) {
                return stripe.kind().wireName() + ": " + stripe.getMessage();
            }
        }
        return description;
    }
}
