package dev.aicredits.api;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** The OpenAPI document as it is served: what tests go by that must not forget a route, a field or a parameter. */
final class ApiDocument {

    /**
     * One way to call us.
     *
     * @param fields of its JSON body by name; empty if it takes no object
     * @param parameters beside those of the path
     */
    record Operation(
            String id,
            String method,
            String path,
            String grant,
            boolean takesBody,
            boolean needsBody,
            Map<String, Field> fields,
            List<Parameter> parameters) {

        /** The path with each variable replaced by its value. */
        String pathWith(Map<String, String> variables) {
            String filled = path;
            for (Map.Entry<String, String> variable : variables.entrySet()) {
                filled = filled.replace("{" + variable.getKey() + "}", variable.getValue());
            }
            if (filled.contains("{")) {
                throw new IllegalStateException("no test has a value for a variable of " + path);
            }
            return filled;
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /** A member of a body; the type is JSON's. */
    record Field(String name, String type, String format, boolean required) {}

    /** A parameter of the query or of a header. */
    record Parameter(String name, String in, String type) {}

    private final JsonNode document;

    ApiDocument(ApiSystem system) {
        this.document = system.anonymous().get("/openapi.json").json();
    }

    /** All there are, by path and method. */
    List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                operations.add(operation(path.getKey(), operation.getKey(), operation.getValue()));
            }
        }
        operations.sort(Comparator.comparing(Operation::path).thenComparing(Operation::method));
        return operations;
    }

    private Operation operation(String path, String method, JsonNode operation) {
        return new Operation(
                operation.path("operationId").asString(),
                method.toUpperCase(Locale.ROOT),
                path,
                operation.path("x-grant").asString(),
                operation.has("requestBody"),
                operation.path("requestBody").path("required").asBoolean(false),
                fields(operation
                        .path("requestBody")
                        .path("content")
                        .path("application/json")
                        .path("schema")),
                parameters(operation));
    }

    private static List<Parameter> parameters(JsonNode operation) {
        List<Parameter> parameters = new ArrayList<>();
        for (JsonNode parameter : operation.path("parameters")) {
            String in = parameter.path("in").asString();
            if (!in.equals("path")) {
                String type = parameter.path("schema").path("type").asString();
                parameters.add(new Parameter(parameter.path("name").asString(), in, type));
            }
        }
        return parameters;
    }

    private Map<String, Field> fields(JsonNode body) {
        String name = body.path("$ref").asString("").replace("#/components/schemas/", "");
        JsonNode object = document.path("components").path("schemas").path(name);
        List<String> required = new ArrayList<>();
        object.path("required").forEach(member -> required.add(member.asString()));
        Map<String, Field> fields = new TreeMap<>();
        for (Map.Entry<String, JsonNode> property : object.path("properties").properties()) {
            JsonNode schema = property.getValue();
            fields.put(
                    property.getKey(),
                    new Field(
                            property.getKey(),
                            type(schema),
                            schema.path("format").asString(""),
                            required.contains(property.getKey())));
        }
        return fields;
    }

    /** Of a field that may be null, what else it may be. */
    private static String type(JsonNode schema) {
        if (schema.has("$ref") || schema.has("anyOf")) {
            return "object";
        }
        JsonNode type = schema.path("type");
        return type.isArray() ? type.get(0).asString() : type.asString("");
    }
}
