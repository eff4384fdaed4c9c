package dev.aicredits.checkout;

import static dev.aicredits.ledger.JdbcTimes.utc;

import dev.aicredits.stripe.StripeDispute;
import dev.aicredits.stripe.StripeRefund;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Refunds and disputes as last seen, with what was booked of each. Joins the caller's transaction. */
final class JdbcReturns {

    /** A refund as it was last seen. */
    record SeenRefund(String status, long bookedNanos) {
        boolean failed() {
            return status.equals("failed") || status.equals("canceled");
        }
    }

    private final JdbcClient jdbc;
    private final Clock clock;

    JdbcReturns(DataSource dataSource, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.clock = clock;
    }

    Optional<SeenRefund> refund(Order order, String refundId) {
        return jdbc.sql("""
                        SELECT status, booked_nanos FROM checkout_refund
                         WHERE organization_id = :organization AND refund_id = :refund
                        """)
                .param("organization", order.organizationKey())
                .param("refund", refundId)
                .query(SeenRefund.class)
                .optional();
    }

    void addRefund(Order order, StripeRefund refund, long bookedNanos) {
        jdbc.sql("""
                INSERT INTO checkout_refund (organization_id, refund_id, order_id, status, amount_cents, booked_nanos,
                    refunded_at, updated_at)
                VALUES (:organization, :refund, :order, :status, :amount, :booked, :refundedAt, :now)
                """)
                .param("organization", order.organizationKey())
                .param("refund", refund.id())
                .param("order", order.orderId())
                .param("status", refund.status())
                .param("amount", refund.amountCents())
                .param("booked", bookedNanos)
                .param("refundedAt", utc(refund.createdAt()))
                .param("now", now())
                .update();
    }

    void updateRefund(Order order, StripeRefund refund, long bookedNanos) {
        jdbc.sql("""
                UPDATE checkout_refund SET status = :status, booked_nanos = :booked, updated_at = :now
                 WHERE organization_id = :organization AND refund_id = :refund
                   AND (status, booked_nanos) IS DISTINCT FROM (:status, :booked)
                """)
                .param("status", refund.status())
                .param("booked", bookedNanos)
                .param("now", now())
                .param("organization", order.organizationKey())
                .param("refund", refund.id())
                .update();
    }

    /** Keeps the dispute as it is now; one that is over stays so. */
    void saveDispute(Order order, StripeDispute dispute, long bookedNowNanos) {
        jdbc.sql("""
                INSERT INTO checkout_dispute AS seen (organization_id, dispute_id, order_id, status, amount_cents,
                    booked_nanos, disputed_at, updated_at)
                VALUES (:organization, :dispute, :order, :status, :amount, :booked, :disputedAt, :now)
                ON CONFLICT (organization_id, dispute_id) DO UPDATE
                   SET status = CASE WHEN seen.status IN ('won', 'lost', 'warning_closed', 'prevented')
                                     THEN seen.status ELSE EXCLUDED.status END,
                       booked_nanos = seen.booked_nanos + EXCLUDED.booked_nanos,
                       updated_at = EXCLUDED.updated_at
                """)
                .param("organization", order.organizationKey())
                .param("dispute", dispute.id())
                .param("order", order.orderId())
                .param("status", dispute.status())
                .param("amount", dispute.amountCents())
                .param("booked", bookedNowNanos)
                .param("disputedAt", utc(dispute.createdAt()))
                .param("now", now())
                .update();
    }

    private OffsetDateTime now() {
        return utc(clock.instant());
    }
}
