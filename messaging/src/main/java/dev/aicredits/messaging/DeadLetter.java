package dev.aicredits.messaging;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A record of a dead-letter topic, as {@link DeadLetterMessage} wrote it. Who may write to the topic decides what its headers
 * say, so they are for people: where a replay goes follows from the topic's name alone.
 *
 * @param record the letter itself
 * @param reason why it was refused; {@link #NO_REASON} if it does not say
 * @param detail more about it, for a person
 * @param originTopic the topic it was refused on
 * @param originPartition its partition there; null if the letter does not say, as with what follows
 * @param originOffset its offset there
 * @param producedAt when it was produced there
 * @param refusedAt when it was refused
 */
public record DeadLetter(
        ConsumerRecord<byte[], byte[]> record,
        String reason,
        @Nullable String detail,
        String originTopic,
        @Nullable Long originPartition,
        @Nullable Long originOffset,
        @Nullable Instant producedAt,
        Instant refusedAt) {

    /** What the name of a topic's dead-letter topic has behind the topic's own. */
    public static final String TOPIC_SUFFIX = "-dlt";

    /** The reason of a letter that has none. */
    public static final String NO_REASON = "unknown";

    /** Whether it is the name of a dead-letter topic. */
    public static boolean isTopic(String topic) {
        return topic.endsWith(TOPIC_SUFFIX) && topic.length() > TOPIC_SUFFIX.length();
    }

    /** The topic whose unusable records {@code deadLetterTopic} keeps. */
    public static String originOf(String deadLetterTopic) {
        if (!isTopic(deadLetterTopic)) {
            throw new IllegalArgumentException("not a dead-letter topic");
        }
        return deadLetterTopic.substring(0, deadLetterTopic.length() - TOPIC_SUFFIX.length());
    }

    /** The letter that a record of a dead-letter topic is. */
    public static DeadLetter of(ConsumerRecord<byte[], byte[]> record) {
        String reason = header(record, "reason");
        Long producedAtMs = number(record, "produced_at_ms");
        return new DeadLetter(
                record,
                reason == null ? NO_REASON : reason,
                header(record, "detail"),
                originOf(record.topic()),
                number(record, "partition"),
                number(record, "offset"),
                producedAtMs == null ? null : Instant.ofEpochMilli(producedAtMs),
                refusedAt(record));
    }

    /**
     * What to send to have it tried again: its own key, bytes and headers, so that it is the event that it was and what was
     * done before is a duplicate. Empty if its headers name another topic than the one whose letters these are.
     */
    public Optional<ProducerRecord<byte[], byte[]>> replay() {
        String named = header(record, "topic");
        if (named != null && !named.equals(originTopic)) {
            return Optional.empty();
        }
        return Optional.of(new ProducerRecord<>(
                originTopic, null, record.key(), record.value(), DeadLetterMessage.ownHeaders(record.headers())));
    }

    /** How many bytes its key, value and headers have. */
    public long bytes() {
        long bytes = Math.max(0, record.serializedKeySize());
        bytes += Math.max(0, record.serializedValueSize());
        for (Header header : record.headers()) {
            bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }

    private static Instant refusedAt(ConsumerRecord<byte[], byte[]> record) {
        String at = header(record, "at");
        try {
            return at == null ? Instant.ofEpochMilli(record.timestamp()) : Instant.parse(at);
        } catch (DateTimeException e) {
            return Instant.ofEpochMilli(record.timestamp());
        }
    }

    private static @Nullable Long number(ConsumerRecord<byte[], byte[]> record, String name) {
        String text = header(record, name);
        return text != null && text.matches("\\d{1,18}") ? Long.valueOf(text) : null;
    }

    private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(DeadLetterMessage.HEADER_PREFIX + name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
