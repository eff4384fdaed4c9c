package dev.aicredits.reconcile;

import dev.aicredits.audit.AuditRecord;
import dev.aicredits.audit.JdbcAuditLog;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Keeps in the audit log what people changed of orders. Joins the transaction that changes it. */
public final class JdbcDeeds {

    private static final String CREDITS = """
            SELECT state, reason, entry_seq AS "entrySeq", amount_cents AS "amountCents",
                   refunded_nanos AS "refundedNanos", disputed_nanos AS "disputedNanos",
                   released_session_id AS "releasedSession", released_cents AS "releasedCents"
              FROM checkout_statement
             WHERE organization_id = :organization AND :subject IN (session_id, order_id::text)
            """;

    private static final String PLAN = """
            SELECT state, reason, plan_key AS "planKey", subscription_id AS "subscriptionId",
                   subscription_status AS "subscriptionStatus"
              FROM plan_order_statement
             WHERE organization_id = :organization AND :subject IN (stripe_session_id, subscription_id)
            """;

    private final JdbcClient jdbc;
    private final JdbcAuditLog log;

    /** Works on the ledger's database. */
    public JdbcDeeds(DataSource dataSource, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.log = new JdbcAuditLog(dataSource, clock);
    }

    /** Does it; leaves a row if that changed the order, or what was booked of it. */
    public <T> T audited(Deed deed, Supplier<T> doing) {
        return audited(CREDITS, deed, doing);
    }

    /** The same of an order of a plan; its subject is its session or its subscription. */
    <T> T auditedOfPlan(Deed deed, Supplier<T> doing) {
        return audited(PLAN, deed, doing);
    }

    private <T> T audited(String state, Deed deed, Supplier<T> doing) {
        Map<String, @Nullable Object> before = state(state, deed);
        T result = doing.get();
        Map<String, @Nullable Object> after = state(state, deed);
        if (!after.equals(before)) {
            log.add(new AuditRecord(
                    key(deed), deed.actor(), null, deed.action(), deed.subject(), deed.reason(), before, after));
        }
        return result;
    }

    private Map<String, @Nullable Object> state(String sql, Deed deed) {
        return jdbc
                .sql(sql)
                .param("organization", deed.organizationId())
                .param("subject", deed.subject())
                .query()
                .listOfRows()
                .stream()
                .findFirst()
                .orElse(Map.of());
    }

    private long key(Deed deed) {
        return jdbc.sql("SELECT organization_id FROM organization WHERE public_id = :organization")
                .param("organization", deed.organizationId())
                .query(Long.class)
                .single();
    }
}
