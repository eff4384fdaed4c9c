package dev.aicredits.messaging;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A record that can't be used, with its own key, bytes and headers, and headers {@code dead_letter_reason}, {@code
 * _detail}, {@code _topic}, {@code _partition}, {@code _offset}, {@code _produced_at_ms} (when the original was produced)
 * and {@code _at} (when it was refused). {@link DeadLetter} reads it.
 */
public final class DeadLetterMessage {

    static final String HEADER_PREFIX = "dead_letter_";

    private DeadLetterMessage() {}

    /**
     * The record for {@code topic}. Headers of an earlier refusal, which a replay brings back, are dropped.
     *
     * @param reason one of the worker's closed list
     * @param detail for a person; nothing of the original's values in it
     */
    public static ProducerRecord<byte[], byte[]> of(
            String topic,
            ConsumerRecord<byte[], byte[]> original,
            String reason,
            @Nullable String detail,
            Instant now) {
        RecordHeaders headers = ownHeaders(original.headers());
        add(headers, "reason", reason);
        if (detail != null) {
            add(headers, "detail", detail);
        }
        add(headers, "topic", original.topic());
        add(headers, "partition", Integer.toString(original.partition()));
        add(headers, "offset", Long.toString(original.offset()));
        add(headers, "produced_at_ms", Long.toString(original.timestamp()));
        add(headers, "at", now.toString());
        return new ProducerRecord<>(topic, null, original.key(), original.value(), headers);
    }

    /** Those that the record came with, without what a refusal added. */
    static RecordHeaders ownHeaders(Headers all) {
        RecordHeaders own = new RecordHeaders();
        for (Header header : all) {
            if (!header.key().startsWith(HEADER_PREFIX)) {
                own.add(header);
            }
        }
        return own;
    }

    private static void add(RecordHeaders headers, String name, String value) {
        headers.add(HEADER_PREFIX + name, value.getBytes(StandardCharsets.UTF_8));
    }
}
