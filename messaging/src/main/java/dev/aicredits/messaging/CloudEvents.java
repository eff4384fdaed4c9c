package dev.aicredits.messaging;

import dev.aicredits.usage.IdText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** CloudEvents 1.0 on Kafka: written in binary mode, read in that and in structured mode. */
final class CloudEvents {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final byte[] SPEC_VERSION = bytes("1.0");
    private static final byte[] CONTENT_TYPE = bytes("application/json");

    /** An event's type and data. */
    record Read(String type, JsonNode data) {}

    private CloudEvents() {}

    static ProducerRecord<byte[], byte[]> record(
            String topic, String key, String type, String worker, String id, Instant time, byte[] data) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("ce_specversion", SPEC_VERSION);
        headers.add("ce_type", bytes(type));
        headers.add("ce_source", bytes("/aicredits/" + worker));
        headers.add("ce_id", bytes(id));
        headers.add("ce_time", bytes(time.toString()));
        headers.add("content-type", CONTENT_TYPE);
        return new ProducerRecord<>(topic, null, bytes(key), data, headers);
    }

    /** The event of a record; {@link UnusableMessageException} if it is none. */
    static Read read(ConsumerRecord<byte[], byte[]> record) {
        JsonNode body = json(record.value());
        String type = text(record.headers(), "ce_type");
        return type == null ? structured(body) : new Read(type, object(body));
    }

    private static Read structured(JsonNode body) {
        return new Read(requiredText(object(body), "type"), object(body.get("data")));
    }

    private static JsonNode json(byte @Nullable [] value) {
        if (value == null) {
            throw new UnusableMessageException("it has no value");
        }
        try {
            return JSON.readTree(value);
        } catch (JacksonException e) {
            throw new UnusableMessageException("the value is not JSON");
        }
    }

    private static JsonNode object(@Nullable JsonNode node) {
        if (node == null || !node.isObject()) {
            throw new UnusableMessageException("the data is no JSON object");
        }
        return node;
    }

    /** A field that has to be there and be text. */
    static String requiredText(JsonNode object, String field) {
        String value = text(object, field);
        if (value == null) {
            throw new UnusableMessageException(field + " is missing");
        }
        return value;
    }

    /** A text field, of characters that the database can hold; null if it is not there. */
    static @Nullable String text(JsonNode object, String field) {
        JsonNode value = object.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isString() || value.stringValue().isEmpty()) {
            throw new UnusableMessageException(field + " is no text");
        }
        String broken = IdText.brokenRule(value.stringValue());
        if (broken != null) {
            throw new UnusableMessageException(field + " " + broken);
        }
        return value.stringValue();
    }

    /** A whole number, not negative, that has to be there. */
    static long requiredLong(JsonNode object, String field) {
        JsonNode value = object.get(field);
        if (value == null || !value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw new UnusableMessageException(field + " is no whole number");
        }
        return value.longValue();
    }

    /** The last header of that name as text; null if there is none. */
    static @Nullable String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
