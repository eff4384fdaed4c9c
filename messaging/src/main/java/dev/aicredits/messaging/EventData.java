package dev.aicredits.messaging;

import dev.aicredits.budget.BudgetLayer;
import dev.aicredits.control.Target;
import dev.aicredits.money.Usd;
import java.io.ByteArrayOutputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;

/** The fields that our events have in common. */
final class EventData {

    private static final JsonFactory JSON = new JsonFactory();

    private EventData() {}

    /** A JSON object with the fields that {@code fields} writes. */
    static byte[] object(int bytesExpected, Consumer<JsonGenerator> fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytesExpected);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            fields.accept(json);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /** As a number, from integers: no floating point, no exponent. */
    static void writeUsd(JsonGenerator json, String name, Usd amount) {
        json.writeName(name);
        json.writeNumber(amount.toString());
    }

    static void writeOptional(JsonGenerator json, String name, @Nullable Usd amount) {
        if (amount != null) {
            writeUsd(json, name, amount);
        }
    }

    static void writeOptional(JsonGenerator json, String name, @Nullable Object value) {
        if (value != null) {
            json.writeStringProperty(name, value.toString());
        }
    }

    static @Nullable Usd usd(JsonNode data, String field) {
        JsonNode value = data.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isNumber()) {
            throw new UnusableMessageException(field + " is no number");
        }
        try {
            return Usd.of(value.decimalValue());
        } catch (ArithmeticException e) {
            throw new UnusableMessageException(field + " is out of range");
        }
    }

    static Usd requiredUsd(JsonNode data, String field) {
        Usd amount = usd(data, field);
        if (amount == null) {
            throw new UnusableMessageException(field + " is missing");
        }
        return amount;
    }

    static @Nullable Instant time(JsonNode data, String field) {
        String text = CloudEvents.text(data, field);
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new UnusableMessageException(field + " is no time");
        }
    }

    static Instant requiredTime(JsonNode data, String field) {
        Instant time = time(data, field);
        if (time == null) {
            throw new UnusableMessageException(field + " is missing");
        }
        return time;
    }

    static void write(JsonGenerator json, Target target) {
        json.writeStringProperty("organizationId", target.organizationId());
        writeOptional(json, "agentId", target.agentId());
        writeOptional(json, "externalUserId", target.externalUserId());
        json.writeStringProperty("scope", target.layer().scope());
    }

    static Target target(JsonNode data) {
        String organizationId = CloudEvents.requiredText(data, "organizationId");
        String scope = CloudEvents.requiredText(data, "scope");
        try {
            return new Target(
                    organizationId,
                    BudgetLayer.ofScope(scope),
                    CloudEvents.text(data, "agentId"),
                    CloudEvents.text(data, "externalUserId"));
        } catch (IllegalArgumentException e) {
            throw new UnusableMessageException("the ids do not fit the scope");
        }
    }
}
