package dev.aicredits.reconcile;

import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Keeps in {@code audit_log} what a repair changed. Joins the transaction that changes it. */
final class JdbcRepairs {

    static final String ACTION = "reconciliation_repair";

    private static final String NOTHING = "{}";

    private final JdbcClient jdbc;
    private final Clock clock;

    JdbcRepairs(DataSource dataSource, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.clock = clock;
    }

    /** Runs the booking of a session; leaves a row if that changed the order, or what was booked of it. */
    <T> T audited(String organizationId, String sessionId, String actor, String reason, Supplier<T> booking) {
        String before = state(organizationId, sessionId);
        T result = booking.get();
        String after = state(organizationId, sessionId);
        if (!after.equals(before)) {
            add(organizationId, sessionId, actor, reason, before, after);
        }
        return result;
    }

    private String state(String organizationId, String sessionId) {
        return jdbc.sql("""
                        SELECT jsonb_build_object('state', state, 'reason', reason, 'entrySeq', entry_seq,
                                   'amountCents', amount_cents, 'refundedNanos', refunded_nanos,
                                   'disputedNanos', disputed_nanos)::text
                          FROM checkout_statement
                         WHERE organization_id = :organization AND session_id = :session
                        """)
                .param("organization", organizationId)
                .param("session", sessionId)
                .query(String.class)
                .optional()
                .orElse(NOTHING);
    }

    private void add(
            String organizationId, String sessionId, String actor, String reason, String before, String after) {
        jdbc.sql("""
                INSERT INTO audit_log (organization_id, audit_id, actor, action, subject, reason, state_before,
                    state_after, happened_at)
                SELECT organization_id, :id, :actor, :action, :subject, :reason, :before::jsonb, :after::jsonb, :now
                  FROM organization WHERE public_id = :organization
                """)
                .param("id", UUID.randomUUID())
                .param("actor", actor)
                .param("action", ACTION)
                .param("subject", sessionId)
                .param("reason", reason)
                .param("before", before)
                .param("after", after)
                .param("now", OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
                .param("organization", organizationId)
                .update();
    }
}
