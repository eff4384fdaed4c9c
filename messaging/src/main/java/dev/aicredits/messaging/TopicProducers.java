package dev.aicredits.messaging;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.support.ProducerListener;

/** Makes producers of bytes whose records are acknowledged by all replicas, or fail in bounded time. */
public final class TopicProducers {

    // What the broker takes of a record is what it has compressed, and it may be large once it is not. As a dead letter
    // it must fit all the same: one that can't be sent holds up its partition. The codec is as good as any that a
    // producer may have used.
    private static final int LETTER_BYTES_MAX = 32 * 1024 * 1024;
    private static final Map<String, Object> OF_LETTERS = Map.of(
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "zstd",
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            LETTER_BYTES_MAX,
            ProducerConfig.BUFFER_MEMORY_CONFIG,
            2L * LETTER_BYTES_MAX);

    private TopicProducers() {}

    /**
     * The producer of a worker. A bean: who makes it has to close it.
     *
     * @param sendTimeout how long a record may take to be acknowledged
     * @param more of Kafka's producer configuration, on top
     */
    public static ProducerFactory<byte[], byte[]> factory(
            KafkaProperties kafka, Duration sendTimeout, Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(kafka.buildProducerProperties());
        int timeoutMs = Math.toIntExact(sendTimeout.toMillis());
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeoutMs);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeoutMs);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs / 2);
        config.putAll(more);
        return new DefaultKafkaProducerFactory<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * The same, for dead letters and what is sent back of them: it takes whatever the broker took before, up to 32 MB
     * decompressed. Nothing connects before the first is sent.
     *
     * @param more of Kafka's producer configuration, on top
     */
    public static ProducerFactory<byte[], byte[]> ofLetters(
            KafkaProperties kafka, Duration sendTimeout, Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(OF_LETTERS);
        config.putAll(more);
        return factory(kafka, sendTimeout, config);
    }

    /** What sends by it, and logs nothing of what could not be sent. */
    public static KafkaTemplate<byte[], byte[]> template(ProducerFactory<byte[], byte[]> factory) {
        KafkaTemplate<byte[], byte[]> template = new KafkaTemplate<>(factory);
        // The default one logs a stack trace and the key of each record, and a batch that can't be sent has thousands.
        template.setProducerListener(new ProducerListener<>() {});
        return template;
    }
}
