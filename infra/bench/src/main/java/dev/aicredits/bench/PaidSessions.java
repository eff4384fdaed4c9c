package dev.aicredits.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/**
 * Orders that are paid at the local Stripe, and nobody has heard of it. One is made as a customer makes it; the others are
 * its rows again, at Stripe and with us, with ids of their own.
 */
final class PaidSessions {

    private static final int ROWS_AT_ONCE = 2_000;
    private static final int ID_DIGITS = 8;

    private final JdbcClient jdbc;
    private final String organizationId;
    private final String event;
    private final String eventId;
    private final List<StripeRow> template;
    private final Ids ids;

    /** A row of the local Stripe's. */
    private record StripeRow(String id, String kind, long created, String owner, String body) {}

    /** The template's own ids that we keep too. */
    private record Ids(String sessionId, UUID orderId) {}

    /** A paid session, and the event that says so. */
    record Paid(String sessionId, String event) {}

    /**
     * @param organizationId whose the one order is that there is
     * @param event that it is paid, as Stripe has it
     */
    PaidSessions(BenchLedger ledger, String organizationId, JsonNode event) {
        this.jdbc = JdbcClient.create(ledger.superuser());
        this.organizationId = organizationId;
        this.event = event.toString();
        this.eventId = event.path("id").asString();
        this.template = jdbc.sql("""
                        SELECT id, kind, created, coalesce(owner, '') AS owner, body::text AS body
                          FROM local_stripe.object WHERE kind <> 'EVENT' ORDER BY seq
                        """).query(StripeRow.class).list();
        this.ids = jdbc.sql("SELECT stripe_session_id AS session_id, order_id FROM checkout_session")
                .query(Ids.class)
                .single();
    }

    /** Makes {@code count} of them, over all organizations. */
    List<Paid> copies(int count, int organizations) {
        List<Paid> paid = new ArrayList<>(count);
        for (int first = 1; first <= count; first += ROWS_AT_ONCE) {
            paid.addAll(copies(first, Math.min(count, first + ROWS_AT_ONCE - 1), organizations));
        }
        jdbc.sql("ANALYZE").update();
        return paid;
    }

    private List<Paid> copies(int first, int last, int organizations) {
        List<StripeRow> rows = new ArrayList<>();
        List<UUID> orders = new ArrayList<>();
        List<String> sessions = new ArrayList<>();
        List<String> owners = new ArrayList<>();
        List<Paid> paid = new ArrayList<>();
        for (int i = first; i <= last; i++) {
            UUID order = UUID.randomUUID();
            String owner = "org_bench_" + i % organizations;
            Renaming renaming = new Renaming(i, order, owner);
            template.forEach(row -> rows.add(renaming.of(row)));
            orders.add(order);
            owners.add(owner);
            sessions.add(renaming.id(ids.sessionId()));
            paid.add(new Paid(renaming.id(ids.sessionId()), renaming.of(event)));
        }
        addToStripe(rows);
        addToUs(orders, sessions, owners);
        return paid;
    }

    /** Gives what belongs to one order to another. */
    private final class Renaming {
        private final String digits;
        private final UUID order;
        private final String owner;

        Renaming(int number, UUID order, String owner) {
            this.digits = String.format("%0" + ID_DIGITS + "x", number);
            this.order = order;
            this.owner = owner;
        }

        String id(String id) {
            return id.length() <= ID_DIGITS ? id : id.substring(0, id.length() - ID_DIGITS) + digits;
        }

        String of(String json) {
            String renamed = json;
            for (StripeRow row : template) {
                renamed = renamed.replace(row.id(), id(row.id()));
            }
            return renamed.replace(ids.orderId().toString(), order.toString())
                    .replace("\"" + organizationId + "\"", "\"" + owner + "\"")
                    // The event's own id, which is none of the template's.
                    .replace(eventId, id(eventId));
        }

        StripeRow of(StripeRow row) {
            return new StripeRow(id(row.id()), row.kind(), row.created(), id(row.owner()), of(row.body()));
        }
    }

    private void addToStripe(List<StripeRow> rows) {
        jdbc.sql("""
                INSERT INTO local_stripe.object (id, kind, created, owner, body)
                SELECT id, kind, created, nullif(owner, ''), body::jsonb
                  FROM unnest(:ids::text[], :kinds::text[], :created::bigint[], :owners::text[], :bodies::text[])
                       AS row (id, kind, created, owner, body)
                """)
                .param("ids", rows.stream().map(StripeRow::id).toArray(String[]::new))
                .param("kinds", rows.stream().map(StripeRow::kind).toArray(String[]::new))
                .param("created", rows.stream().map(StripeRow::created).toArray(Long[]::new))
                .param("owners", rows.stream().map(StripeRow::owner).toArray(String[]::new))
                .param("bodies", rows.stream().map(StripeRow::body).toArray(String[]::new))
                .update();
    }

    private void addToUs(List<UUID> orders, List<String> sessions, List<String> owners) {
        jdbc.sql("""
                WITH added AS (
                    INSERT INTO checkout_session (organization_id, order_id, state, amount_cents, currency, livemode,
                        request_sha256, success_url, cancel_url, stripe_session_id, session_url, expires_at, created_at,
                        updated_at)
                    SELECT o.organization_id, added.order_id, t.state, t.amount_cents, t.currency, t.livemode,
                           t.request_sha256, t.success_url, t.cancel_url, added.session_id, t.session_url, t.expires_at,
                           t.created_at, t.updated_at
                      FROM unnest(:orders::uuid[], :sessions::text[], :owners::text[])
                           AS added (order_id, session_id, owner)
                      JOIN organization o ON o.public_id = added.owner
                      CROSS JOIN (SELECT * FROM checkout_session WHERE order_id = :template) t
                    RETURNING organization_id, order_id, stripe_session_id)
                INSERT INTO checkout_reference (reference, organization_id, order_id)
                SELECT order_id::text, organization_id, order_id FROM added
                 UNION ALL
                SELECT stripe_session_id, organization_id, order_id FROM added
                """)
                .param("orders", orders.toArray(UUID[]::new))
                .param("sessions", sessions.toArray(String[]::new))
                .param("owners", owners.toArray(String[]::new))
                .param("template", ids.orderId())
                .update();
    }
}
