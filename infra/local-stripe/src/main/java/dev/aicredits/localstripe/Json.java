package dev.aicredits.localstripe;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reading and writing the JSON of Stripe's objects. */
final class Json {
    static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ObjectNode parse(String text) {
        return (ObjectNode) MAPPER.readTree(text);
    }

    static String write(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }

    /** A text member, null if it is absent or null. */
    static @Nullable String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isString() ? value.stringValue() : null;
    }

    /** A text member that is there. */
    static String requiredText(JsonNode node, String field) {
        return node.required(field).stringValue();
    }

    static String id(JsonNode node) {
        return requiredText(node, "id");
    }

    static long number(JsonNode node, String field) {
        return node.required(field).longValue();
    }

    /** A list as Stripe sends it. */
    static ObjectNode list(String url, Iterable<? extends JsonNode> data, boolean more) {
        ObjectNode list = object();
        list.put("object", "list");
        data.forEach(list.putArray("data")::add);
        return list.put("has_more", more).put("url", url);
    }
}
