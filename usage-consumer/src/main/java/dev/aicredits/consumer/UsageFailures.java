package dev.aicredits.consumer;

import java.sql.SQLException;
import java.util.Set;
import org.apache.kafka.common.errors.ApiException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.listener.CommonContainerStoppingErrorHandler;
import org.springframework.kafka.listener.CommonDelegatingErrorHandler;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Says what an exception means to a batch. There are two kinds here (what is malformed is a dead letter and no
 * exception): what will pass is tried again, for ever, with the consumer paused and in its group; anything else means
 * that something we rely on is broken, and stops the container, so that health says DOWN and nothing is skipped.
 */
final class UsageFailures {

    /** It will pass: the database or the broker is away, restarting, full, or lost a race. */
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
    private static final double BACK_OFF_FACTOR = 2;

    private UsageFailures() {}

    static RuntimeException classified(RuntimeException e) {
        return isTransient(e) ? new TransientFailureException(e) : new BrokenInvariantException(e);
    }

    private static boolean isTransient(RuntimeException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql.getSQLState() == null
                        || TRANSIENT_CLASSES.contains(sql.getSQLState().substring(0, 2));
            }
            if (cause instanceof RateCardWatch.NoRateCardException
                    || cause instanceof KafkaException
                    || cause instanceof ApiException) {
                return true;
            }
        }
        return e instanceof TransientDataAccessException
                || e instanceof DataAccessResourceFailureException
                || e instanceof CannotCreateTransactionException;
    }

    /** The container's error handler for the two. */
    static CommonErrorHandler errorHandler(UsageConsumerSettings settings) {
        ExponentialBackOff backOff =
                new ExponentialBackOff(settings.backOffInitial().toMillis(), BACK_OFF_FACTOR);
        backOff.setMaxInterval(settings.backOffMax().toMillis());
        DefaultErrorHandler retrying = new DefaultErrorHandler(
                (record, exception) -> {
                    // Reached only if a retried batch turns out broken: throwing has it polled again, and stopped then.
                    throw new IllegalStateException("a batch is never skipped", exception);
                },
                backOff);
        retrying.addNotRetryableExceptions(BrokenInvariantException.class);
        retrying.setReclassifyOnExceptionChange(true);
        CommonDelegatingErrorHandler errorHandler = new CommonDelegatingErrorHandler(retrying);
        errorHandler.setCauseChainTraversing(true);
        errorHandler.addDelegate(BrokenInvariantException.class, new CommonContainerStoppingErrorHandler());
        return errorHandler;
    }
}
