package dev.aicredits.stripe;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads from an event's JSON which object it is about. Nothing else of it is looked at, whatever API version it was made
 * for: what happened is read from the object itself.
 */
public final class StripeEventJson {

    private static final int DEPTH_MAX = 64;
    private static final int ID_LENGTH_MAX = 255;
    private static final long EPOCH_SECONDS_MAX = 253_402_300_799L;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .build())
                    .build())
            .build();

    private StripeEventJson() {}

    /** The event that {@code body} is; none if it is not an event with an id, a type and a time. */
    public static Optional<StripeEvent> read(byte[] body) {
        try {
            return Optional.ofNullable(event(JSON.readTree(body)));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static @Nullable StripeEvent event(JsonNode event) {
        JsonNode object = event.path("data").path("object");
        String id = text(event.path("id"));
        String type = text(event.path("type"));
        String objectId = text(object.path("id"));
        JsonNode created = event.path("created");
        if (!"event".equals(text(event.path("object")))
                || id == null
                || type == null
                || !created.isIntegralNumber()
                || !created.canConvertToLong()
                || created.asLong() < 0
                || created.asLong() > EPOCH_SECONDS_MAX) {
            return null;
        }
        return new StripeEvent(
                id, type, Instant.ofEpochSecond(created.asLong()), objectId, paymentIntentId(objectId, object));
    }

    /** The object itself, or what it refers to: by id, or as an object where the account's settings expand it. */
    private static @Nullable String paymentIntentId(@Nullable String objectId, JsonNode object) {
        if ("payment_intent".equals(text(object.path("object")))) {
            return objectId;
        }
        JsonNode intent = object.path("payment_intent");
        return text(intent.isObject() ? intent.path("id") : intent);
    }

    private static @Nullable String text(JsonNode node) {
        if (!node.isString()) {
            return null;
        }
        String value = node.stringValue();
        return value.isEmpty() || value.length() > ID_LENGTH_MAX || !isPlain(value) ? null : value;
    }

    private static boolean isPlain(String value) {
        return value.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }
}
