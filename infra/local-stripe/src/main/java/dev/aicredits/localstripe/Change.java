package dev.aicredits.localstripe;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** One change of Stripe's state: what it writes and the events it makes are committed together, or not at all. */
final class Change {
    private final JdbcObjects objects;
    private final JdbcDeliveries deliveries;
    private final List<WebhookEndpoint> endpoints;
    private final Instant now;
    private final @Nullable String requestId;
    private final @Nullable String idempotencyKey;
    private final List<Delivery> made = new ArrayList<>();

    Change(
            JdbcObjects objects,
            JdbcDeliveries deliveries,
            List<WebhookEndpoint> endpoints,
            Instant now,
            @Nullable String requestId,
            @Nullable String idempotencyKey) {
        this.objects = objects;
        this.deliveries = deliveries;
        this.endpoints = endpoints;
        this.now = now;
        this.requestId = requestId;
        this.idempotencyKey = idempotencyKey;
    }

    /** Seconds since the epoch, as Stripe counts. */
    long now() {
        return now.getEpochSecond();
    }

    /** A new object of the kind; {@link #insert} keeps it. */
    ObjectNode create(StripeKind kind) {
        return kind.create(kind == StripeKind.SESSION ? Ids.session() : Ids.of(kind), now());
    }

    void insert(ObjectNode object) {
        objects.insert(StripeKind.of(object), object, null, now());
    }

    /** Keeps a part of another object; {@link #owned} gives it back. */
    void insertOwned(StripeKind kind, ObjectNode object, String owner) {
        objects.insert(kind, object, owner, now());
    }

    List<ObjectNode> owned(StripeKind kind, String owner) {
        return objects.owned(kind, owner);
    }

    void delete(ObjectNode object) {
        objects.delete(Json.id(object));
    }

    List<String> overdueSessions() {
        return objects.overdueSessions(now());
    }

    void update(ObjectNode object) {
        objects.update(object);
    }

    Optional<ObjectNode> find(StripeKind kind, String id) {
        return objects.find(kind, id);
    }

    /** One that is there because another object names it. */
    ObjectNode get(StripeKind kind, String id) {
        return find(kind, id).orElseThrow(() -> new IllegalStateException("no " + kind.type() + " " + id));
    }

    /** One that a person or a client names. */
    ObjectNode named(StripeKind kind, String id) {
        return find(kind, id).orElseThrow(() -> StripeError.notFound(kind.type(), id));
    }

    List<ObjectNode> page(ListQuery query) {
        return objects.page(query);
    }

    /** Says what happened to an object, as it is now. */
    void event(String type, ObjectNode object) {
        event(type, object, null);
    }

    /** @param before the members that changed, with their values before; of events about an update */
    void event(String type, ObjectNode object, @Nullable ObjectNode before) {
        ObjectNode event = create(StripeKind.EVENT);
        event.put("type", type).put("api_version", LocalStripe.API_VERSION).put("pending_webhooks", endpoints.size());
        ObjectNode data = event.putObject("data");
        data.set("object", object.deepCopy());
        if (before != null) {
            data.set("previous_attributes", before);
        }
        event.putObject("request").put("id", requestId).put("idempotency_key", idempotencyKey);
        insert(event);
        for (WebhookEndpoint endpoint : endpoints) {
            Delivery delivery = new Delivery(Json.id(event), endpoint.id(), 0);
            deliveries.insert(delivery, now);
            made.add(delivery);
        }
    }

    /** What has to be sent once this is committed. */
    List<Delivery> made() {
        return made;
    }
}
