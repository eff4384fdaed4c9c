package dev.aicredits.localstripe;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.ObjectNode;

/** Stripe's objects as rows of jsonb, in the order in which they came. */
final class JdbcObjects {
    private final JdbcClient jdbc;

    JdbcObjects(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    /** Creates what is not there yet. */
    void createSchema() {
        jdbc.sql("""
                CREATE SCHEMA IF NOT EXISTS local_stripe;
                CREATE TABLE IF NOT EXISTS local_stripe.object (
                    id text PRIMARY KEY,
                    kind text NOT NULL,
                    seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY UNIQUE,
                    created bigint NOT NULL,
                    owner text,
                    body jsonb NOT NULL
                );
                CREATE INDEX IF NOT EXISTS object_kind ON local_stripe.object (kind, seq);
                CREATE INDEX IF NOT EXISTS object_owner ON local_stripe.object (owner, kind, seq) WHERE owner IS NOT NULL;
                CREATE INDEX IF NOT EXISTS session_open ON local_stripe.object (((body ->> 'expires_at')::bigint))
                    WHERE kind = 'SESSION' AND body ->> 'status' = 'open';
                CREATE INDEX IF NOT EXISTS object_body ON local_stripe.object USING gin (body jsonb_path_ops);
                CREATE TABLE IF NOT EXISTS local_stripe.delivery (
                    event_id text NOT NULL,
                    endpoint_id text NOT NULL,
                    attempts int NOT NULL DEFAULT 0,
                    next_attempt_at timestamptz,
                    delivered_at timestamptz,
                    PRIMARY KEY (event_id, endpoint_id)
                );
                CREATE INDEX IF NOT EXISTS delivery_undelivered ON local_stripe.delivery (event_id)
                    WHERE delivered_at IS NULL;
                CREATE TABLE IF NOT EXISTS local_stripe.idempotent_request (
                    key text PRIMARY KEY,
                    fingerprint text NOT NULL,
                    request_id text NOT NULL,
                    status int NOT NULL,
                    body text NOT NULL,
                    answered_at timestamptz NOT NULL
                );
                """).update();
    }

    /** @param owner the object that it is a part of, if any */
    void insert(StripeKind kind, ObjectNode object, @Nullable String owner, long created) {
        jdbc.sql("""
                INSERT INTO local_stripe.object (id, kind, created, owner, body)
                VALUES (:id, :kind, :created, :owner, :body::jsonb)
                """)
                .param("id", Json.id(object))
                .param("kind", kind.name())
                .param("created", created)
                .param("owner", owner)
                .param("body", Json.write(object))
                .update();
    }

    void update(ObjectNode object) {
        int rows = jdbc.sql("UPDATE local_stripe.object SET body = :body::jsonb WHERE id = :id")
                .param("id", Json.id(object))
                .param("body", Json.write(object))
                .update();
        if (rows != 1) {
            throw new IllegalStateException("no object " + Json.id(object));
        }
    }

    void delete(String id) {
        jdbc.sql("DELETE FROM local_stripe.object WHERE id = :id")
                .param("id", id)
                .update();
    }

    /** The parts of an object, in order. */
    List<ObjectNode> owned(StripeKind kind, String owner) {
        return jdbc
                .sql("SELECT body FROM local_stripe.object WHERE owner = :owner AND kind = :kind ORDER BY seq")
                .param("owner", owner)
                .param("kind", kind.name())
                .query(String.class)
                .list()
                .stream()
                .map(Json::parse)
                .toList();
    }

    /** Open sessions whose time is over. */
    List<String> overdueSessions(long now) {
        return jdbc.sql("""
                SELECT id FROM local_stripe.object
                 WHERE kind = 'SESSION' AND body ->> 'status' = 'open' AND (body ->> 'expires_at')::bigint <= :now
                """).param("now", now).query(String.class).list();
    }

    Optional<ObjectNode> find(StripeKind kind, String id) {
        return jdbc.sql("SELECT body FROM local_stripe.object WHERE id = :id AND kind = :kind")
                .param("id", id)
                .param("kind", kind.name())
                .query(String.class)
                .optional()
                .map(Json::parse);
    }

    /** The objects of a page, and one more if there is one. */
    List<ObjectNode> page(ListQuery query) {
        String cursor = query.startingAfter() != null ? query.startingAfter() : query.endingBefore();
        boolean backwards = query.startingAfter() == null && query.endingBefore() != null;
        long from = cursor == null ? Long.MAX_VALUE : seq(cursor);
        List<ObjectNode> page = new ArrayList<>(jdbc
                .sql("""
                SELECT body FROM local_stripe.object
                 WHERE kind = :kind
                   AND CASE WHEN :backwards THEN seq > :from ELSE seq < :from END
                   AND created BETWEEN :createdMin AND :createdMax
                   AND body @> :fields::jsonb
                   AND (cardinality(:types::text[]) = 0 OR body ->> 'type' LIKE ANY (:types::text[]))
                   AND (:delivered::boolean IS NULL OR :delivered = NOT EXISTS (
                        SELECT FROM local_stripe.delivery
                         WHERE event_id = object.id AND delivered_at IS NULL))
                 ORDER BY CASE WHEN :backwards THEN seq ELSE -seq END
                 LIMIT :limit
                """)
                .param("kind", query.kind().name())
                .param("backwards", backwards)
                .param("from", from)
                .param("createdMin", query.createdMin())
                .param("createdMax", query.createdMax())
                .param("fields", Json.write(query.fields()))
                .param("types", query.types().toArray(String[]::new))
                .param("delivered", query.delivered())
                .param("limit", query.limit() + 1)
                .query(String.class)
                .list()
                .stream()
                .map(Json::parse)
                .toList());
        if (backwards) {
            Collections.reverse(page);
        }
        return page;
    }

    private long seq(String id) {
        return jdbc.sql("SELECT seq FROM local_stripe.object WHERE id = :id")
                .param("id", id)
                .query(Long.class)
                .single();
    }
}
