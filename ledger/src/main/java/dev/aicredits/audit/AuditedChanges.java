package dev.aicredits.audit;

import java.util.Objects;
import java.util.function.Function;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Runs changes, each with its audit record in one transaction; again, if the database asks for that. */
public final class AuditedChanges {

    private static final int ATTEMPTS_MAX = 5;

    private final TransactionTemplate transaction;
    private final JdbcAuditLog log;

    public AuditedChanges(PlatformTransactionManager transactions, JdbcAuditLog log) {
        this.transaction = new TransactionTemplate(transactions);
        this.log = log;
    }

    /**
     * Runs a change in a transaction.
     *
     * @param change may run several times, after a deadlock or a serialization failure; what it throws rolls it back
     */
    public <T> T run(Function<JdbcAuditLog, T> change) {
        for (int attempt = 1; ; attempt++) {
            try {
                return Objects.requireNonNull(transaction.execute(status -> change.apply(log)));
            } catch (ConcurrencyFailureException e) {
                if (attempt == ATTEMPTS_MAX) {
                    throw e;
                }
            }
        }
    }
}
