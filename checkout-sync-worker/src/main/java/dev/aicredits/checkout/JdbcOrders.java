package dev.aicredits.checkout;

import static dev.aicredits.ledger.JdbcTimes.utc;

import dev.aicredits.stripe.StripeSession;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Orders of credits, and whose a Stripe id is. Each method is one transaction, or joins the caller's. */
final class JdbcOrders {

    /** Where an order is, and whether its payment is known to have come back, in part or whole. */
    record Found(long organizationKey, UUID orderId, boolean hasRefunds, boolean hasDisputes) {}

    private static final String SELECT = """
            SELECT s.organization_id, o.public_id, s.order_id, s.state, s.reason, s.amount_cents, s.currency, s.livemode,
                   s.request_sha256, s.success_url, s.cancel_url, s.stripe_session_id, s.session_url, s.expires_at,
                   s.entry_seq, s.created_at, s.released_session_id, s.released_cents
              FROM checkout_session s
              JOIN organization o ON o.organization_id = s.organization_id
            """;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Clock clock;

    JdbcOrders(DataSource dataSource, TransactionTemplate transaction, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = transaction;
        this.clock = clock;
    }

    /**
     * Adds an order, or finds the one that has its idempotency key; committed when this returns.
     *
     * @return the order; none if there is no such organization
     */
    Optional<Order> create(
            String organizationId, @Nullable String idempotencyKey, Purchase purchase, boolean livemode) {
        UUID orderId = UUID.randomUUID();
        return transaction.execute(status -> {
            boolean created = insert(organizationId, orderId, idempotencyKey, purchase, livemode);
            if (created) {
                refer(orderId.toString(), organizationId, orderId);
                return byId(organizationId, orderId);
            }
            return byIdempotencyKey(organizationId, idempotencyKey);
        });
    }

    private boolean insert(
            String organizationId, UUID orderId, @Nullable String idempotencyKey, Purchase purchase, boolean livemode) {
        return jdbc.sql("""
                        INSERT INTO checkout_session (organization_id, order_id, state, amount_cents, currency, livemode,
                            idempotency_key, request_sha256, success_url, cancel_url, created_at, updated_at)
                        SELECT organization_id, :order, 'created', :amount, :currency, :livemode, :key, :hash,
                               :success, :cancel, :now, :now
                          FROM organization WHERE public_id = :organization
                        ON CONFLICT (organization_id, idempotency_key) DO NOTHING
                        """)
                        .param("organization", organizationId)
                        .param("order", orderId)
                        .param("amount", purchase.amountCents())
                        .param("currency", purchase.currency())
                        .param("livemode", livemode)
                        .param("key", idempotencyKey)
                        .param("hash", purchase.hash().bytes())
                        .param("success", purchase.successUrl())
                        .param("cancel", purchase.cancelUrl())
                        .param("now", now())
                        .update()
                == 1;
    }

    private void refer(String reference, String organizationId, UUID orderId) {
        jdbc.sql("""
                INSERT INTO checkout_reference (reference, organization_id, order_id)
                SELECT :reference, organization_id, :order FROM organization WHERE public_id = :organization
                ON CONFLICT DO NOTHING
                """)
                .param("reference", reference)
                .param("organization", organizationId)
                .param("order", orderId)
                .update();
    }

    Optional<Order> byId(String organizationId, UUID orderId) {
        return jdbc.sql(SELECT + " WHERE o.public_id = :organization AND s.order_id = :order")
                .param("organization", organizationId)
                .param("order", orderId)
                .query(JdbcOrders::order)
                .optional();
    }

    private Optional<Order> byIdempotencyKey(String organizationId, @Nullable String key) {
        return jdbc.sql(SELECT + " WHERE o.public_id = :organization AND s.idempotency_key = :key")
                .param("organization", organizationId)
                .param("key", key)
                .query(JdbcOrders::order)
                .optional();
    }

    /** The organization's order with that session; none if it is another organization's. */
    Optional<Order> bySession(String organizationId, String sessionId) {
        return jdbc.sql(SELECT + " WHERE o.public_id = :organization AND s.stripe_session_id = :session")
                .param("organization", organizationId)
                .param("session", sessionId)
                .query(JdbcOrders::order)
                .optional();
    }

    /** The order with that session, whoever's it is: for whom the session's id is the secret that lets them ask. */
    Optional<Order> bySession(String sessionId) {
        return jdbc.sql(SELECT + """
                          JOIN checkout_reference r ON r.organization_id = s.organization_id AND r.order_id = s.order_id
                         WHERE r.reference = :session AND s.stripe_session_id = :session
                        """)
                .param("session", sessionId)
                .query(JdbcOrders::order)
                .optional();
    }

    /** The session that a payment we have seen came from: the order's own, or else the one that a person released in its place. */
    Optional<String> sessionOfPayment(String paymentIntentId) {
        return jdbc.sql("""
                        SELECT CASE WHEN s.payment_intent_id = :payment THEN s.stripe_session_id
                                    ELSE coalesce(s.released_session_id, s.stripe_session_id) END
                          FROM checkout_reference r
                          JOIN checkout_session s ON s.organization_id = r.organization_id AND s.order_id = r.order_id
                         WHERE r.reference = :payment AND s.stripe_session_id IS NOT NULL
                        """)
                .param("payment", paymentIntentId)
                .query(String.class)
                .optional();
    }

    /**
     * The order that a session belongs to: by the session's id, by the reference it was opened with, or, if neither is
     * known, by the metadata's mark; the verdict then objects.
     */
    Optional<Found> find(StripeSession session) {
        List<String> references = Stream.of(session.id(), session.clientReferenceId(), session.orderMark())
                .filter(reference -> reference != null)
                .toList();
        return jdbc.sql("""
                        SELECT r.organization_id AS organization_key, r.order_id,
                               EXISTS (SELECT FROM checkout_refund f
                                        WHERE f.organization_id = r.organization_id AND f.order_id = r.order_id)
                                   AS has_refunds,
                               EXISTS (SELECT FROM checkout_dispute d
                                        WHERE d.organization_id = r.organization_id AND d.order_id = r.order_id)
                                   AS has_disputes
                          FROM checkout_reference r
                         WHERE r.reference = ANY(:references)
                         ORDER BY array_position(:references, r.reference) LIMIT 1
                        """)
                .param("references", references.toArray(String[]::new))
                .query(Found.class)
                .optional();
    }

    /** The order, locked until the transaction ends. */
    Order lock(Found found) {
        return jdbc.sql(SELECT + " WHERE s.organization_id = :organization AND s.order_id = :order FOR UPDATE OF s")
                .param("organization", found.organizationKey())
                .param("order", found.orderId())
                .query(JdbcOrders::order)
                .single();
    }

    /**
     * Keeps the session's id and payment with the order, and whose they are, unless it has another session already. Of one that a person
     * released in place of the order's own it is kept whose they are.
     */
    void attach(Order order, StripeSession session) {
        String payment = session.payment() == null ? null : session.payment().id();
        if (order.sessionId() != null && !order.sessionId().equals(session.id())) {
            Order.Release released = order.released();
            if (released != null && released.sessionId().equals(session.id()) && payment != null) {
                refer(payment, order.organizationId(), order.orderId());
            }
            return;
        }
        int changed = jdbc.sql("""
                        UPDATE checkout_session
                           SET stripe_session_id = :session, session_url = coalesce(session_url, :url),
                               expires_at = :expires, payment_intent_id = coalesce(:payment, payment_intent_id),
                               updated_at = :now
                         WHERE organization_id = :organization AND order_id = :order
                           AND (stripe_session_id IS NULL
                                OR payment_intent_id IS DISTINCT FROM coalesce(:payment, payment_intent_id))
                        """)
                .param("session", session.id())
                .param("url", session.url())
                .param("expires", utc(session.expiresAt()))
                .param("payment", payment)
                .param("now", now())
                .param("organization", order.organizationKey())
                .param("order", order.orderId())
                .update();
        if (changed == 1) {
            refer(session.id(), order.organizationId(), order.orderId());
            if (payment != null) {
                refer(payment, order.organizationId(), order.orderId());
            }
        }
    }

    /** Moves the order up; answers whether it moved. The order is locked, or it is not there to be moved by others. */
    boolean move(Order order, OrderState to, @Nullable String reason) {
        if (!order.state().movesTo(to)) {
            return false;
        }
        return jdbc.sql("""
                        UPDATE checkout_session
                           SET state = :state, reason = :reason, updated_at = :now,
                               paid_at = CASE WHEN :state = 'review' THEN coalesce(paid_at, :now) ELSE paid_at END
                         WHERE organization_id = :organization AND order_id = :order AND state = :from
                        """)
                        .param("state", to.column())
                        .param("reason", reason)
                        .param("now", now())
                        .param("organization", order.organizationKey())
                        .param("order", order.orderId())
                        .param("from", order.state().column())
                        .update()
                == 1;
    }

    /** Marks the locked order as credited by the entry. */
    void credit(Order order, long entrySeq) {
        jdbc.sql("""
                UPDATE checkout_session
                   SET state = 'credited', reason = NULL, entry_seq = :entry, paid_at = coalesce(paid_at, :now),
                       updated_at = :now
                 WHERE organization_id = :organization AND order_id = :order
                """)
                .param("entry", entrySeq)
                .param("now", now())
                .param("organization", order.organizationKey())
                .param("order", order.orderId())
                .update();
    }

    /** Keeps with the locked order what a person decided to credit. */
    Order release(Order order, Order.Release release) {
        jdbc.sql("""
                UPDATE checkout_session
                   SET released_session_id = :session, released_cents = :cents, updated_at = :now
                 WHERE organization_id = :organization AND order_id = :order
                """)
                .param("session", release.sessionId())
                .param("cents", release.amountCents())
                .param("now", now())
                .param("organization", order.organizationKey())
                .param("order", order.orderId())
                .update();
        return order.releasedAs(release);
    }

    /** Orders that wait for a person, the longest waiting first. */
    List<Order> inReview(int limit) {
        return jdbc.sql(SELECT + " WHERE s.state = 'review' ORDER BY s.paid_at LIMIT :limit")
                .param("limit", limit)
                .query(JdbcOrders::order)
                .list();
    }

    /**
     * Orders that are not over and due to be asked about, the longest unasked first. An order is due when it was left
     * alone for {@code ageMin}, and for a twentieth of its age: a fresh one every time, an old one now and then.
     */
    List<Order> unsettled(Instant now, Duration ageMin, int limit) {
        return jdbc.sql(SELECT + """
                         WHERE s.state IN ('created', 'open', 'processing')
                           AND coalesce(s.checked_at, s.created_at)
                               <= :now - greatest(make_interval(secs => :ageMinSeconds), (:now - s.created_at) / 20)
                         ORDER BY s.checked_at NULLS FIRST, s.created_at
                         LIMIT :limit
                        """)
                .param("now", utc(now))
                .param("ageMinSeconds", BigDecimal.valueOf(ageMin.toMillis(), 3))
                .param("limit", limit)
                .query(JdbcOrders::order)
                .list();
    }

    /** Notes that Stripe was asked about the order, so that the next sweep asks about others first. */
    void checked(Order order) {
        jdbc.sql("""
                UPDATE checkout_session SET checked_at = :now
                 WHERE organization_id = :organization AND order_id = :order
                """)
                .param("now", now())
                .param("organization", order.organizationKey())
                .param("order", order.orderId())
                .update();
    }

    /** Since when the longest waiting order is paid and not credited. */
    Optional<Instant> oldestUncredited() {
        return jdbc.sql("SELECT paid_at FROM checkout_session WHERE state = 'review' ORDER BY paid_at LIMIT 1")
                .query(OffsetDateTime.class)
                .optional()
                .map(OffsetDateTime::toInstant);
    }

    private static Order order(ResultSet row, int number) throws SQLException {
        long entrySeq = row.getLong("entry_seq");
        Long entry = row.wasNull() ? null : entrySeq;
        return new Order(
                row.getLong("organization_id"),
                row.getString("public_id"),
                row.getObject("order_id", UUID.class),
                OrderState.ofColumn(row.getString("state")),
                row.getString("reason"),
                release(row),
                row.getLong("amount_cents"),
                row.getString("currency"),
                row.getBoolean("livemode"),
                RequestHash.ofBytes(row.getBytes("request_sha256")),
                row.getString("success_url"),
                row.getString("cancel_url"),
                row.getString("stripe_session_id"),
                row.getString("session_url"),
                instant(row, row.findColumn("expires_at")),
                entry,
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }

    private static Order.@Nullable Release release(ResultSet row) throws SQLException {
        String sessionId = row.getString("released_session_id");
        return sessionId == null ? null : new Order.Release(sessionId, row.getLong("released_cents"));
    }

    private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private OffsetDateTime now() {
        return utc(clock.instant());
    }
}
