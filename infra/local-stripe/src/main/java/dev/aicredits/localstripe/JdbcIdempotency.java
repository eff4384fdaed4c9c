package dev.aicredits.localstripe;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The answers that idempotency keys were given, which Stripe keeps for a day at least. */
final class JdbcIdempotency {
    /** @param fingerprint of the request, which a repetition must equal */
    record Saved(String fingerprint, String requestId, int status, String body) {}

    private final JdbcClient jdbc;

    JdbcIdempotency(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    Optional<Saved> find(String key) {
        return jdbc.sql("""
                SELECT fingerprint, request_id, status, body FROM local_stripe.idempotent_request WHERE key = :key
                """).param("key", key).query(Saved.class).optional();
    }

    void save(String key, Saved saved, Instant now) {
        jdbc.sql("""
                INSERT INTO local_stripe.idempotent_request (key, fingerprint, request_id, status, body, answered_at)
                VALUES (:key, :fingerprint, :request, :status, :body, :now)
                """)
                .param("key", key)
                .param("fingerprint", saved.fingerprint())
                .param("request", saved.requestId())
                .param("status", saved.status())
                .param("body", saved.body())
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
    }
}
