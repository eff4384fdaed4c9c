package dev.aicredits.localstripe;

import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which event has to go to which endpoint, and how far that is. */
final class JdbcDeliveries {
    private final JdbcClient jdbc;

    JdbcDeliveries(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    void insert(Delivery delivery, Instant due) {
        jdbc.sql("""
                INSERT INTO local_stripe.delivery (event_id, endpoint_id, next_attempt_at)
                VALUES (:event, :endpoint, :due)
                """)
                .param("event", delivery.eventId())
                .param("endpoint", delivery.endpointId())
                .param("due", timestamp(due))
                .update();
    }

    /** What still has an attempt to come, in order. */
    List<Delivery> pending() {
        return jdbc.sql("""
                SELECT event_id, endpoint_id, attempts, next_attempt_at FROM local_stripe.delivery
                  JOIN local_stripe.object ON object.id = event_id
                 WHERE delivered_at IS NULL AND next_attempt_at IS NOT NULL
                 ORDER BY object.seq, endpoint_id
                """)
                .query((row, number) ->
                        new Delivery(row.getString("event_id"), row.getString("endpoint_id"), row.getInt("attempts")))
                .list();
    }

    /** After an attempt that an endpoint took. */
    void markDelivered(Delivery delivery, Instant now) {
        jdbc.sql("""
                WITH delivered AS (
                    UPDATE local_stripe.delivery
                       SET attempts = attempts + 1, delivered_at = :now, next_attempt_at = NULL
                     WHERE event_id = :event AND endpoint_id = :endpoint AND delivered_at IS NULL
                    RETURNING event_id)
                UPDATE local_stripe.object
                   SET body = jsonb_set(body, '{pending_webhooks}',
                                        to_jsonb((body ->> 'pending_webhooks')::int - 1))
                  FROM delivered
                 WHERE object.id = delivered.event_id
                """)
                .param("event", delivery.eventId())
                .param("endpoint", delivery.endpointId())
                .param("now", timestamp(now))
                .update();
    }

    /** After an attempt that failed; without a next one the event stays undelivered. */
    void markFailed(Delivery delivery, @Nullable Instant next) {
        jdbc.sql("""
                UPDATE local_stripe.delivery SET attempts = attempts + 1, next_attempt_at = :next
                 WHERE event_id = :event AND endpoint_id = :endpoint AND delivered_at IS NULL
                """)
                .param("event", delivery.eventId())
                .param("endpoint", delivery.endpointId())
                .param("next", next == null ? null : timestamp(next), Types.TIMESTAMP_WITH_TIMEZONE)
                .update();
    }

    /** Whether its endpoint has still to get it: another attempt may have come first. */
    boolean isUndelivered(Delivery delivery) {
        return jdbc.sql("""
                SELECT EXISTS (SELECT FROM local_stripe.delivery
                 WHERE event_id = :event AND endpoint_id = :endpoint AND delivered_at IS NULL)
                """)
                .param("event", delivery.eventId())
                .param("endpoint", delivery.endpointId())
                .query(Boolean.class)
                .single();
    }

    /** What is not delivered, given up or not; in order. */
    List<Delivery> undelivered() {
        return jdbc.sql("""
                SELECT event_id, endpoint_id, attempts FROM local_stripe.delivery
                  JOIN local_stripe.object ON object.id = event_id
                 WHERE delivered_at IS NULL
                 ORDER BY object.seq, endpoint_id
                """)
                .query((row, number) ->
                        new Delivery(row.getString("event_id"), row.getString("endpoint_id"), row.getInt("attempts")))
                .list();
    }

    private static OffsetDateTime timestamp(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
