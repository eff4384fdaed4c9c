package dev.aicredits.audit;

import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** Adds to table {@code audit_log}, in the transaction of the change. Nothing there is updated or deleted. */
public final class JdbcAuditLog {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private final JdbcClient jdbc;
    private final Clock clock;

    public JdbcAuditLog(DataSource dataSource, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.clock = clock;
    }

    /**
     * Adds a record.
     *
     * @throws IllegalStateException outside a transaction: the change could be kept without it, or it without the change
     */
    public void add(AuditRecord change) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("a change and its audit record share one transaction");
        }
        jdbc.sql("""
                INSERT INTO audit_log (organization_id, audit_id, actor, origin, action, subject, reason, state_before,
                    state_after, happened_at)
                VALUES (:organization, :id, :actor, :origin, :action, :subject, :reason, :before::jsonb, :after::jsonb,
                    :now)
                """)
                .param("organization", change.organizationKey())
                .param("id", UUID.randomUUID())
                .param("actor", change.actor())
                .param("origin", change.origin())
                .param("action", change.action())
                .param("subject", change.subject())
                .param("reason", change.reason())
                .param("before", JSON.writeValueAsString(change.before()))
                .param("after", JSON.writeValueAsString(change.after()))
                .param("now", OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
                .update();
    }
}
