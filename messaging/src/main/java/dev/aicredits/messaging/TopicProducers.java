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

    /** What sends by it, and logs nothing of what could not be sent. */
    public static KafkaTemplate<byte[], byte[]> template(ProducerFactory<byte[], byte[]> factory) {
        KafkaTemplate<byte[], byte[]> template = new KafkaTemplate<>(factory);
        // The default one logs a stack trace and the key of each record, and a batch that can't be sent has thousands.
        template.setProducerListener(new ProducerListener<>() {});
        return template;
    }
}
