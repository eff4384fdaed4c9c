package dev.aicredits.stripe;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads a page of Stripe's list of events, each by itself: the client's own reading of a list fails as a whole where one event of it is
 * not as expected.
 */
final class EventPage {

    private EventPage() {}

    static StripePage<UndeliveredEvent> read(String body) {
        if (!(JsonParser.parseString(body) instanceof JsonObject list) || !list.has("data")) {
            throw StripeFailures.garbled("no list of events");
        }
        List<UndeliveredEvent> events = new ArrayList<>();
        String last = null;
        for (JsonElement raw : list.getAsJsonArray("data")) {
            String json = raw.toString();
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            StripeEvent event = StripeEventJson.read(bytes).orElse(null);
            String id = event == null ? id(raw) : event.id();
            events.add(new UndeliveredEvent(
                    Objects.requireNonNullElseGet(id, () -> "unreadable_" + UUID.nameUUIDFromBytes(bytes)),
                    event,
                    json));
            last = id == null ? last : id;
        }
        return new StripePage<>(events, isTrue(list.get("has_more")) ? last : null);
    }

    /** The id of an event that can't be read otherwise. */
    private static @Nullable String id(JsonElement event) {
        String id = event instanceof JsonObject object && isText(object.get("id"))
                ? object.get("id").getAsString()
                : null;
        return id != null && StripeJavaGateway.isId(id) ? id : null;
    }

    private static boolean isText(@Nullable JsonElement element) {
        return element != null
                && element.isJsonPrimitive()
                && element.getAsJsonPrimitive().isString();
    }

    private static boolean isTrue(@Nullable JsonElement element) {
        return element != null
                && element.isJsonPrimitive()
                && element.getAsJsonPrimitive().isBoolean()
                && element.getAsBoolean();
    }
}
