package dev.aicredits.checkout;

import static dev.aicredits.ledger.JdbcTimes.utc;

import dev.aicredits.stripe.StripeSession;
import dev.aicredits.stripe.StripeSubscription;
import dev.aicredits.stripe.StripeSubscription.Status;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Orders of plans, and the plan in force that they move. Each method is one statement, or joins the caller's transaction.
 *
 * <p>Every change of an order makes its {@code updated_at} later, whatever clocks say: it tells one state of the order from all others.
 */
final class JdbcPlanOrders {

    static final String FREE = "mcp_hosting_free";

    /** A plan that can be bought. */
    record Offer(String planKey, String planName, long monthlyPlatformFeeCents) {}

    /** What an organization has now. */
    record InForce(String planKey, boolean invoiced) {}

    /** What makes an order later than it was. */
    private static final String LATER = "updated_at = greatest(:now, updated_at + interval '1 microsecond')";

    private static final String SELECT = """
            SELECT p.organization_id, o.public_id, p.order_id, p.plan_key, p.plan_name, p.state, p.reason, p.amount_cents,
                   p.currency, p.livemode, p.success_url, p.cancel_url, p.stripe_session_id, p.session_url, p.expires_at,
                   p.subscription_id, p.subscription_status, p.paid_until, p.created_at, p.updated_at
              FROM plan_order p
              JOIN organization o ON o.organization_id = p.organization_id
            """;

    private final JdbcClient jdbc;
    private final Clock clock;

    JdbcPlanOrders(DataSource dataSource, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.clock = clock;
    }

    /** The plan, if it is on offer and has a fee. */
    Optional<Offer> offer(String planKey) {
        return jdbc.sql("""
                        SELECT plan_key, plan_name, monthly_platform_fee_cents FROM hosting_plan
                         WHERE plan_key = :plan AND on_offer AND monthly_platform_fee_cents > 0
                        """).param("plan", planKey).query(Offer.class).optional();
    }

    /** What the organization has now. */
    InForce inForce(String organizationId) {
        return jdbc.sql("""
                        SELECT coalesce(p.plan_key, :free) AS plan_key, coalesce(p.invoiced, false) AS invoiced
                          FROM organization o LEFT JOIN organization_plan p USING (organization_id)
                         WHERE o.public_id = :organization
                        """)
                .param("organization", organizationId)
                .param("free", FREE)
                .query(InForce.class)
                .single();
    }

    /** The same, locked until the transaction ends: whoever moves an organization's plan does it one after the other. */
    InForce lockInForce(long organizationKey) {
        jdbc.sql("""
                INSERT INTO organization_plan (organization_id, plan_key, updated_at) VALUES (:organization, :free, :now)
                ON CONFLICT DO NOTHING
                """)
                .param("organization", organizationKey)
                .param("free", FREE)
                .param("now", now())
                .update();
        return jdbc.sql("""
                        SELECT plan_key, invoiced FROM organization_plan
                         WHERE organization_id = :organization FOR UPDATE
                        """)
                .param("organization", organizationKey)
                .query(InForce.class)
                .single();
    }

    void putInForce(long organizationKey, String planKey) {
        jdbc.sql("""
                UPDATE organization_plan SET plan_key = :plan, updated_at = :now WHERE organization_id = :organization
                """)
                .param("plan", planKey)
                .param("now", now())
                .param("organization", organizationKey)
                .update();
    }

    /** Whether another order than this one has a subscription that pays. */
    boolean hasOtherActive(String organizationId, @Nullable UUID orderId) {
        return jdbc.sql("""
                        SELECT EXISTS (SELECT FROM plan_order p JOIN organization o USING (organization_id)
                                        WHERE o.public_id = :organization AND p.state = 'active'
                                          AND p.order_id IS DISTINCT FROM :order::uuid)
                        """)
                .param("organization", organizationId)
                .param("order", orderId)
                .query(Boolean.class)
                .single();
    }

    /** Adds an order, or finds the one that has its idempotency key; none if there is no such organization. */
    Optional<PlanOrder> create(
            String organizationId,
            @Nullable String idempotencyKey,
            Offer offer,
            boolean livemode,
            String successUrl,
            String cancelUrl) {
        UUID orderId = UUID.randomUUID();
        int created = jdbc.sql("""
                        INSERT INTO plan_order (organization_id, order_id, plan_key, plan_name, amount_cents, currency,
                            livemode, idempotency_key, success_url, cancel_url, state, created_at, updated_at)
                        SELECT organization_id, :order, :plan, :name, :amount, 'usd', :livemode, :key, :success, :cancel,
                               'created', :now, :now
                          FROM organization WHERE public_id = :organization
                        ON CONFLICT (organization_id, idempotency_key) DO NOTHING
                        """)
                .param("organization", organizationId)
                .param("order", orderId)
                .param("plan", offer.planKey())
                .param("name", offer.planName())
                .param("amount", offer.monthlyPlatformFeeCents())
                .param("livemode", livemode)
                .param("key", idempotencyKey)
                .param("success", successUrl)
                .param("cancel", cancelUrl)
                .param("now", now())
                .update();
        return created == 1 ? byId(organizationId, orderId) : byIdempotencyKey(organizationId, idempotencyKey);
    }

    /** The organization's order that has its client's key; none where that sent none. */
    Optional<PlanOrder> byIdempotencyKey(String organizationId, @Nullable String key) {
        return jdbc.sql(SELECT + " WHERE o.public_id = :organization AND p.idempotency_key = :key")
                .param("organization", organizationId)
                .param("key", key)
                .query(JdbcPlanOrders::order)
                .optional();
    }

    Optional<PlanOrder> byId(String organizationId, UUID orderId) {
        return jdbc.sql(SELECT + " WHERE o.public_id = :organization AND p.order_id = :order")
                .param("organization", organizationId)
                .param("order", orderId)
                .query(JdbcPlanOrders::order)
                .optional();
    }

    /** The order that Stripe's marks name; none if they are not of ours. */
    Optional<PlanOrder> marked(@Nullable String organizationId, @Nullable String mark) {
        if (organizationId == null || mark == null) {
            return Optional.empty();
        }
        try {
            return byId(organizationId, UUID.fromString(mark));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Orders that wait for a person, over all organizations, the longest waiting first. */
    List<PlanOrder> inReview(int limit) {
        return jdbc.sql(SELECT + " WHERE p.state = 'review' ORDER BY p.paid_at LIMIT :limit")
                .param("limit", limit)
                .query(JdbcPlanOrders::order)
                .list();
    }

    /** Since when the longest waiting of them waits; none if there is none. */
    Optional<Instant> oldestInReview() {
        return jdbc.sql("SELECT paid_at FROM plan_order WHERE state = 'review' ORDER BY paid_at LIMIT 1")
                .query(OffsetDateTime.class)
                .optional()
                .map(OffsetDateTime::toInstant);
    }

    /** The organization's order with that session; none if it is another organization's. */
    Optional<PlanOrder> bySession(String organizationId, String sessionId) {
        return jdbc.sql(SELECT + " WHERE o.public_id = :organization AND p.stripe_session_id = :session")
                .param("organization", organizationId)
                .param("session", sessionId)
                .query(JdbcPlanOrders::order)
                .optional();
    }

    /** Whether an order of any organization has that session: no more of it than that is for everybody. */
    boolean isKnown(String sessionId) {
        return jdbc.sql("SELECT EXISTS (SELECT 1 FROM plan_order WHERE stripe_session_id = :session)")
                .param("session", sessionId)
                .query(Boolean.class)
                .single();
    }

    /** The order, locked until the transaction ends. */
    PlanOrder lock(PlanOrder order) {
        return jdbc.sql(SELECT + " WHERE p.organization_id = :organization AND p.order_id = :order FOR UPDATE OF p")
                .param("organization", order.organizationKey())
                .param("order", order.orderId())
                .query(JdbcPlanOrders::order)
                .single();
    }

    /** Notes that somebody has come to the locked order with what Stripe says of it, also if nothing of it changes. */
    void looked(PlanOrder order) {
        jdbc.sql("""
                UPDATE plan_order
                   SET %s
                 WHERE organization_id = :organization AND order_id = :order
                """.formatted(LATER))
                .param("now", now())
                .param("organization", order.organizationKey())
                .param("order", order.orderId())
                .update();
    }

    /** Keeps the session with the order, unless it has one already. */
    void attach(PlanOrder order, StripeSession session) {
        jdbc.sql("""
                UPDATE plan_order
                   SET stripe_session_id = :session, session_url = :url, expires_at = :expires,
                       state = CASE state WHEN 'created' THEN 'open' ELSE state END, %s
                 WHERE organization_id = :organization AND order_id = :order AND stripe_session_id IS NULL
                """.formatted(LATER))
                .param("session", session.id())
                .param("url", session.url())
                .param("expires", utc(session.expiresAt()))
                .param("now", now())
                .param("organization", order.organizationKey())
                .param("order", order.orderId())
                .update();
    }

    /**
     * Moves the order on from the state in which it was read; answers whether it moved. Where it is not locked, somebody else may
     * have moved it since: then it stays as they left it.
     */
    boolean move(PlanOrder order, PlanOrderState to, @Nullable String reason) {
        return jdbc.sql("""
                UPDATE plan_order
                   SET state = :state, reason = :reason, %s,
                       paid_at = CASE WHEN :state IN ('review', 'active') THEN coalesce(paid_at, :now) ELSE paid_at END
                 WHERE organization_id = :organization AND order_id = :order AND state = :from
                """.formatted(LATER))
                        .param("state", to.column())
                        .param("reason", reason)
                        .param("now", now())
                        .param("organization", order.organizationKey())
                        .param("order", order.orderId())
                        .param("from", order.state().column())
                        .update()
                == 1;
    }

    /** Keeps what was paid first, where a person takes it in place of what was ordered. */
    void accept(PlanOrder order, long cents) {
        jdbc.sql("""
                UPDATE plan_order SET accepted_cents = nullif(:cents, amount_cents)
                 WHERE organization_id = :organization AND order_id = :order
                """)
                .param("cents", cents)
                .param("organization", order.organizationKey())
                .param("order", order.orderId())
                .update();
    }

    /** Keeps what Stripe says of the subscription. */
    void keep(PlanOrder order, StripeSubscription subscription) {
        jdbc.sql("""
                UPDATE plan_order
                   SET subscription_id = :subscription, subscription_status = :status, paid_until = :until, %s
                 WHERE organization_id = :organization AND order_id = :order
                """.formatted(LATER))
                .param("subscription", subscription.id())
                .param("status", subscription.status().wireName())
                .param("until", utc(subscription.paidUntil()))
                .param("now", now())
                .param("organization", order.organizationKey())
                .param("order", order.orderId())
                .update();
    }

    /**
     * Orders that Stripe has to be asked about, the longest unasked first: of those in force, and those that have ended and may be paid
     * again, a few times a day will do; of those refused and those that have ended, until their subscription is over.
     */
    List<PlanOrder> unsettled(Instant now, Duration ageMin, Duration inForceAgeMin, int limit) {
        return jdbc.sql(SELECT + """
                         WHERE (p.state IN ('created', 'open', 'processing', 'active')
                                OR (p.state = 'ended' AND p.subscription_status <> ALL(:over))
                                OR (p.state = 'failed' AND p.reason = :refused AND p.subscription_id IS NOT NULL
                                    AND p.subscription_status <> ALL(:over)))
                           AND coalesce(p.checked_at, p.created_at)
                               < CASE WHEN p.state IN ('active', 'ended') THEN :inForceBefore ELSE :before END
                         ORDER BY p.checked_at NULLS FIRST, p.created_at LIMIT :limit
                        """)
                .param("refused", PlanOrder.REFUSED)
                .param("over", Status.wireNamesOfOver())
                .param("before", utc(now.minus(ageMin)))
                .param("inForceBefore", utc(now.minus(inForceAgeMin)))
                .param("limit", limit)
                .query(JdbcPlanOrders::order)
                .list();
    }

    void checked(PlanOrder order) {
        jdbc.sql("""
                UPDATE plan_order SET checked_at = :now WHERE organization_id = :organization AND order_id = :order
                """)
                .param("now", now())
                .param("organization", order.organizationKey())
                .param("order", order.orderId())
                .update();
    }

    private static PlanOrder order(ResultSet row, int number) throws SQLException {
        String status = row.getString("subscription_status");
        return new PlanOrder(
                row.getLong("organization_id"),
                row.getString("public_id"),
                row.getObject("order_id", UUID.class),
                row.getString("plan_key"),
                row.getString("plan_name"),
                PlanOrderState.ofColumn(row.getString("state")),
                row.getString("reason"),
                row.getLong("amount_cents"),
                row.getString("currency"),
                row.getBoolean("livemode"),
                row.getString("success_url"),
                row.getString("cancel_url"),
                row.getString("stripe_session_id"),
                row.getString("session_url"),
                instant(row.getObject("expires_at", OffsetDateTime.class)),
                row.getString("subscription_id"),
                status == null ? null : Status.ofWireName(status),
                instant(row.getObject("paid_until", OffsetDateTime.class)),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private OffsetDateTime now() {
        return utc(clock.instant());
    }
}
