package dev.aicredits.reconcile;

import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Keeps in {@code audit_log} what people changed. Joins the transaction that changes it. */
public final class JdbcAuditLog {

    private static final String NOTHING = "{}";

    private final JdbcClient jdbc;
    private final Clock clock;

    /** Writes to the ledger's database. */
    public JdbcAuditLog(DataSource dataSource, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.clock = clock;
    }

    /** Does it; leaves a row if that changed the order, or what was booked of it. */
    public <T> T audited(Deed deed, Supplier<T> doing) {
        String before = state(deed);
        T result = doing.get();
        String after = state(deed);
        if (!after.equals(before)) {
            add(deed, before, after);
        }
        return result;
    }

    private String state(Deed deed) {
        return jdbc.sql("""
                        SELECT jsonb_build_object('state', state, 'reason', reason, 'entrySeq', entry_seq,
                                   'amountCents', amount_cents, 'refundedNanos', refunded_nanos,
                                   'disputedNanos', disputed_nanos, 'releasedSession', released_session_id,
                                   'releasedCents', released_cents)::text
                          FROM checkout_statement
                         WHERE organization_id = :organization AND :subject IN (session_id, order_id::text)
                        """)
                .param("organization", deed.organizationId())
                .param("subject", deed.subject())
                .query(String.class)
                .optional()
                .orElse(NOTHING);
    }

    private void add(Deed deed, String before, String after) {
        jdbc.sql("""
                INSERT INTO audit_log (organization_id, audit_id, actor, action, subject, reason, state_before,
                    state_after, happened_at)
                SELECT organization_id, :id, :actor, :action, :subject, :reason, :before::jsonb, :after::jsonb, :now
                  FROM organization WHERE public_id = :organization
                """)
                .param("id", UUID.randomUUID())
                .param("actor", deed.actor())
                .param("action", deed.action())
                .param("subject", deed.subject())
                .param("reason", deed.reason())
                .param("before", before)
                .param("after", after)
                .param("now", OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
                .param("organization", deed.organizationId())
                .update();
    }
}
