package dev.aicredits.testkit;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The AsyncAPI document of the class path, and whether what is on a topic is what it says. */
public final class DocumentedTopics {

    private static final String DOCUMENT = "/static/asyncapi.yaml";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String TYPE_HEADER = "ce_type";

    private final JsonNode document;
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemaRegistryConfig(
                    SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
    private final Map<String, Schema> schemas = new HashMap<>();

    private DocumentedTopics(JsonNode document) {
        this.document = document;
    }

    /** Reads the document. */
    public static DocumentedTopics load() {
        try (InputStream yaml = Objects.requireNonNull(DocumentedTopics.class.getResourceAsStream(DOCUMENT))) {
            return new DocumentedTopics(YAMLMapper.builder().build().readTree(yaml));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The whole document. */
    public JsonNode document() {
        return document;
    }

    /** As {@link #problems(String, Headers, byte[])}. */
    public List<String> problems(String address, ConsumerRecord<byte[], byte[]> record) {
        return problems(address, record.headers(), record.value());
    }

    /**
     * What is wrong with a record by the document; empty if nothing. A member or header of ours that the document does not
     * name is wrong too, though readers have to pass over it: it would be one that nobody was told of.
     *
     * @param address the topic as it is named there
     */
    public List<String> problems(String address, Headers headers, byte[] value) {
        ObjectNode named = JSON.createObjectNode();
        headers.forEach(header -> named.put(header.key(), text(header)));
        JsonNode message = message(address, named);
        if (message == null) {
            return List.of("no message of " + address + " has these headers: " + named);
        }
        List<String> problems = new ArrayList<>(problems(message.path("headers"), named));
        JsonNode payload = message.path("payload");
        if (!payload.isEmpty()) {
            try {
                problems.addAll(problems(payload, JSON.readTree(value)));
            } catch (JacksonException e) {
                problems.add("the value is not JSON");
            }
        }
        return problems;
    }

    /** What is wrong with JSON by a schema of the document, and which members it has that are not named there. */
    public List<String> problems(String schemaName, String json) {
        ObjectNode reference = JSON.createObjectNode().put("$ref", "#/components/schemas/" + schemaName);
        return problems(reference, JSON.readTree(json));
    }

    private List<String> problems(JsonNode reference, JsonNode value) {
        if (!reference.isObject()) {
            return List.of();
        }
        List<String> problems = new ArrayList<>();
        schema(reference).validate(value).forEach(error -> problems.add(error.toString()));
        Set<String> unnamed = new TreeSet<>();
        unnamed(reference, value, "", unnamed);
        unnamed.forEach(member -> problems.add(member + " is not documented"));
        return problems;
    }

    /** The members that a schema of the document names. */
    public Set<String> members(String schemaName) {
        return new TreeSet<>(
                properties(document.at("/components/schemas/" + schemaName)).keySet());
    }

    private Schema schema(JsonNode reference) {
        return schemas.computeIfAbsent(reference.toString(), text -> {
            ObjectNode whole = JSON.createObjectNode();
            whole.setAll((ObjectNode) reference);
            whole.set("components", document.path("components"));
            return registry.getSchema(whole);
        });
    }

    /** The message of a channel that the headers belong to: the only one, or the one of their type. */
    private @Nullable JsonNode message(String address, JsonNode headers) {
        for (JsonNode channel : document.path("channels")) {
            if (!channel.path("address").asString("").equals(address)) {
                continue;
            }
            for (JsonNode reference : channel.path("messages")) {
                JsonNode message = resolved(reference);
                JsonNode type = properties(message.path("headers")).get(TYPE_HEADER);
                if (type == null
                        || type.path("const")
                                .asString("")
                                .equals(headers.path(TYPE_HEADER).asString(""))) {
                    return message;
                }
            }
        }
        return null;
    }

    private JsonNode resolved(JsonNode node) {
        String reference = node.path("$ref").asString("");
        JsonNode target = reference.isEmpty() ? node : document.at(reference.substring(1));
        if (target.isMissingNode() && !reference.isEmpty()) {
            throw new IllegalStateException("nothing at " + reference);
        }
        return target;
    }

    /** What a schema and all that it builds on name. */
    private Map<String, JsonNode> properties(JsonNode schema) {
        Map<String, JsonNode> properties = new HashMap<>();
        JsonNode resolved = resolved(schema);
        for (String keyword : List.of("then", "else")) {
            if (resolved.path(keyword).isObject()) {
                properties.putAll(properties(resolved.path(keyword)));
            }
        }
        resolved.path("allOf").forEach(part -> properties.putAll(properties(part)));
        for (Map.Entry<String, JsonNode> property : resolved.path("properties").properties()) {
            properties.put(property.getKey(), property.getValue());
        }
        return properties;
    }

    private void unnamed(JsonNode schema, JsonNode value, String path, Set<String> unnamed) {
        if (value.isArray()) {
            value.forEach(item -> unnamed(resolved(schema).path("items"), item, path + "[]", unnamed));
            return;
        }
        Map<String, JsonNode> properties = properties(schema);
        if (properties.isEmpty() || resolved(schema).has("additionalProperties")) {
            return;
        }
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            JsonNode property = properties.get(member.getKey());
            if (property == null) {
                unnamed.add(path + "." + member.getKey());
            } else {
                unnamed(property, member.getValue(), path + "." + member.getKey(), unnamed);
            }
        }
    }

    private static String text(Header header) {
        return header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
