package dev.aicredits.reconcile;

import static dev.aicredits.ledger.JdbcTimes.utc;

import dev.aicredits.stripe.StripeDispute;
import dev.aicredits.stripe.StripeInvoice;
import dev.aicredits.stripe.StripePeriod;
import dev.aicredits.stripe.StripeRefund;
import dev.aicredits.stripe.StripeSession;
import dev.aicredits.stripe.StripeSubscription.Status;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Reads our orders, and the entries that are not usage, in one snapshot. Over all organizations: for operators only. */
final class JdbcOurSide {

    /**
     * A dispute is of the period in which it was created, as we keep it, whenever its money moved. What may belong to the
     * period is looked for by index first; the ledger is never read through.
     */
    static final String ENTRIES = """
            WITH candidate AS (
                SELECT organization_id, entry_seq FROM ledger_entry
                 WHERE entry_kind <> 1 AND occurred_at >= :from AND occurred_at < :until
                 UNION
                SELECT organization_id, entry_seq FROM ledger_entry
                 WHERE entry_kind <> 1
                   AND coalesce(refund_id, dispute_id, checkout_session_id)
                       = ANY(:sessions::text[] || :refunds::text[] || :disputes::text[])
                 UNION
                SELECT e.organization_id, e.entry_seq
                  FROM checkout_dispute d
                  JOIN ledger_entry e ON e.organization_id = d.organization_id AND e.entry_kind <> 1
                   AND coalesce(e.refund_id, e.dispute_id, e.checkout_session_id) = d.dispute_id
                 WHERE d.disputed_at >= :from AND d.disputed_at < :until)
            SELECT o.public_id, e.entry_seq, e.amount_nanos, e.checkout_session_id, e.refund_id, e.dispute_id
              FROM candidate c
              JOIN ledger_entry e ON e.organization_id = c.organization_id AND e.entry_seq = c.entry_seq
              JOIN organization o ON o.organization_id = e.organization_id
              LEFT JOIN checkout_dispute d ON d.organization_id = e.organization_id AND d.dispute_id = e.dispute_id
             WHERE e.entry_kind IN (2, 3, 4, 5, 6)
               AND (CASE WHEN e.dispute_id IS NULL THEN e.occurred_at
                         ELSE coalesce(d.disputed_at, e.occurred_at) END >= :from
                    AND CASE WHEN e.dispute_id IS NULL THEN e.occurred_at
                             ELSE coalesce(d.disputed_at, e.occurred_at) END < :until
                    OR e.entry_kind = 2 AND e.checkout_session_id = ANY(:sessions)
                    OR e.refund_id = ANY(:refunds)
                    OR e.dispute_id = ANY(:disputes))
             ORDER BY e.organization_id, e.entry_seq
            """;

    private final JdbcClient jdbc;
    private final TransactionTemplate snapshot;

    JdbcOurSide(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
        this.snapshot = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.snapshot.setReadOnly(true);
        this.snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    }

    /** What belongs to {@code stripe}, and what is ours alone in the period. */
    OurSide read(StripePeriod period, StripeSide stripe) {
        return Objects.requireNonNull(snapshot.execute(
                status -> new OurSide(orders(period, stripe), entries(period, stripe), plans(period, stripe))));
    }

    /**
     * An order's payment is that of the session that is credited. Where that is not its own, but one that a person released, its payment
     * is the other one that is the order's.
     */
    private List<OrderLine> orders(StripePeriod period, StripeSide stripe) {
        return jdbc.sql("""
                        WITH named AS MATERIALIZED (
                            SELECT r.organization_id, r.order_id, r.reference FROM checkout_reference r
                             WHERE r.reference = ANY(:references))
                        SELECT o.public_id, s.order_id, s.state, s.amount_cents, s.currency,
                               coalesce(s.released_session_id, s.stripe_session_id) AS session_id,
                               CASE WHEN s.released_session_id <> s.stripe_session_id
                                    THEN (SELECT min(n.reference) FROM named n
                                           WHERE n.organization_id = s.organization_id AND n.order_id = s.order_id
                                             AND n.reference = ANY(:payments)
                                             AND n.reference IS DISTINCT FROM s.payment_intent_id)
                                    ELSE s.payment_intent_id END AS payment_intent_id,
                               s.entry_seq, s.created_at
                          FROM checkout_session s
                          JOIN organization o ON o.organization_id = s.organization_id
                         WHERE (s.created_at >= :from AND s.created_at < :until)
                            OR (s.organization_id, s.order_id) IN (SELECT organization_id, order_id FROM named)
                        """)
                .param("from", utc(period.from()))
                .param("until", utc(period.until()))
                .param("references", references(stripe))
                .param(
                        "payments",
                        payments(stripe).filter(Objects::nonNull).distinct().toArray(String[]::new))
                .query(JdbcOurSide::order)
                .list();
    }

    private static String[] references(StripeSide stripe) {
        Stream<@Nullable String> sessions = stripe.sessions().stream()
                .flatMap(session -> Stream.of(session.id(), session.clientReferenceId(), session.orderMark()));
        return Stream.concat(sessions, payments(stripe))
                .filter(Objects::nonNull)
                .distinct()
                .toArray(String[]::new);
    }

    private static Stream<@Nullable String> payments(StripeSide stripe) {
        Stream<@Nullable String> sessions = stripe.sessions().stream()
                .map(session ->
                        session.payment() == null ? null : session.payment().id());
        Stream<@Nullable String> refunds = stripe.refunds().stream().map(StripeRefund::paymentIntentId);
        Stream<@Nullable String> disputes = stripe.disputes().stream().map(StripeDispute::paymentIntentId);
        return Stream.of(sessions, refunds, disputes).flatMap(part -> part);
    }

    private List<EntryLine> entries(StripePeriod period, StripeSide stripe) {
        return jdbc.sql(ENTRIES)
                .param("from", utc(period.from()))
                .param("until", utc(period.until()))
                .param(
                        "sessions",
                        stripe.sessions().stream().map(StripeSession::id).toArray(String[]::new))
                .param(
                        "refunds",
                        stripe.refunds().stream().map(StripeRefund::id).toArray(String[]::new))
                .param(
                        "disputes",
                        stripe.disputes().stream().map(StripeDispute::id).toArray(String[]::new))
                .query(JdbcOurSide::entry)
                .list();
    }

    /** The orders that invoices name, and those in force whose month may have begun in the period. */
    private List<PlanLine> plans(StripePeriod period, StripeSide stripe) {
        return jdbc.sql("""
                        SELECT o.public_id, p.order_id, p.stripe_session_id, p.state, p.amount_cents, p.accepted_cents,
                               p.subscription_id,
                               p.state = 'failed' AND p.reason = :refused AS is_refused, p.subscription_status,
                               p.paid_until, p.created_at
                          FROM plan_order p
                          JOIN organization o ON o.organization_id = p.organization_id
                         WHERE (p.state = 'active' AND p.paid_until >= :from)
                            OR (o.public_id, p.order_id::text) IN (SELECT * FROM unnest(:organizations::text[], :marks::text[]))
                         ORDER BY p.organization_id, p.order_id
                        """)
                .param("from", utc(period.from()))
                .param("refused", Reconciler.REFUSED_PLAN)
                .param("organizations", marks(stripe, StripeInvoice::organizationId))
                .param("marks", marks(stripe, StripeInvoice::planOrderMark))
                .query(JdbcOurSide::plan)
                .list();
    }

    private static String[] marks(StripeSide stripe, Function<StripeInvoice, @Nullable String> mark) {
        return stripe.paidInvoices().stream()
                .filter(invoice -> invoice.planOrderMark() != null)
                .map(invoice -> String.valueOf(mark.apply(invoice)))
                .toArray(String[]::new);
    }

    private static PlanLine plan(ResultSet row, int number) throws SQLException {
        OffsetDateTime paidUntil = row.getObject("paid_until", OffsetDateTime.class);
        String status = row.getString("subscription_status");
        return new PlanLine(
                row.getString("public_id"),
                row.getString("order_id"),
                row.getString("stripe_session_id"),
                row.getString("state"),
                row.getLong("amount_cents"),
                row.getObject("accepted_cents", Long.class),
                row.getBoolean("is_refused"),
                row.getString("subscription_id"),
                status == null ? null : Status.ofWireName(status),
                paidUntil == null ? null : paidUntil.toInstant(),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }

    private static OrderLine order(ResultSet row, int number) throws SQLException {
        long seq = row.getLong("entry_seq");
        Long entrySeq = row.wasNull() ? null : seq;
        return new OrderLine(
                row.getString("public_id"),
                row.getString("order_id"),
                row.getString("session_id"),
                row.getString("payment_intent_id"),
                row.getString("state"),
                row.getLong("amount_cents"),
                row.getString("currency"),
                entrySeq,
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }

    private static EntryLine entry(ResultSet row, int number) throws SQLException {
        return new EntryLine(
                row.getString("public_id"),
                row.getLong("entry_seq"),
                row.getLong("amount_nanos"),
                row.getString("checkout_session_id"),
                row.getString("refund_id"),
                row.getString("dispute_id"));
    }
}
