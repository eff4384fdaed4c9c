package dev.aicredits.checkout;

import static dev.aicredits.ledger.JdbcTimes.utc;

import dev.aicredits.stripe.StripeEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which events were acted on. It saves calls to Stripe; that an event is booked once does not depend on it. */
final class JdbcStripeEvents {

    /** The outcome of events that could not be used: a replay of the dead letter is to be acted on. */
    static final String DEAD_LETTERED = "dead_lettered";

    /** The type of an event that can't be read. */
    private static final String UNREADABLE = "unreadable";

    /** Longer than Stripe lists events. */
    private static final Duration KEPT = Duration.ofDays(40);

    private final JdbcClient jdbc;
    private final Clock clock;

    JdbcStripeEvents(DataSource dataSource, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.clock = clock;
    }

    boolean wasActedOn(String eventId) {
        return jdbc.sql("""
                        SELECT EXISTS (SELECT FROM stripe_event WHERE event_id = :event AND outcome <> :dead)
                        """)
                .param("event", eventId)
                .param("dead", DEAD_LETTERED)
                .query(Boolean.class)
                .single();
    }

    /** Those of the events that were acted on, or dead-lettered. */
    Set<String> seen(Collection<String> eventIds) {
        return new HashSet<>(jdbc.sql("SELECT event_id FROM stripe_event WHERE event_id = ANY(:events)")
                .param("events", eventIds.toArray(String[]::new))
                .query(String.class)
                .list());
    }

    /** Does not wait until it is on disk: what a crash takes is acted on once more. */
    void record(StripeEvent event, String outcome) {
        record(event.id(), event.type(), event.createdAt(), outcome);
    }

    /** Records an event that can't be read, and is to be dead-lettered. */
    void recordUnreadable(String eventId) {
        record(eventId, UNREADABLE, clock.instant(), DEAD_LETTERED);
    }

    private void record(String eventId, String type, Instant createdAt, String outcome) {
        jdbc.sql("""
                WITH unhurried AS (SELECT set_config('synchronous_commit', 'off', true))
                INSERT INTO stripe_event (event_id, event_type, event_created_at, outcome, handled_at)
                SELECT :event, :type, :created, :outcome, :now FROM unhurried
                ON CONFLICT (event_id) DO UPDATE SET outcome = EXCLUDED.outcome, handled_at = EXCLUDED.handled_at
                """)
                .param("event", eventId)
                .param("type", type)
                .param("created", utc(createdAt))
                .param("outcome", outcome)
                .param("now", utc(clock.instant()))
                .update();
    }

    /** Forgets events that Stripe no longer lists. */
    void forgetOld() {
        jdbc.sql("DELETE FROM stripe_event WHERE handled_at < :before")
                .param("before", utc(clock.instant().minus(KEPT)))
                .update();
    }
}
