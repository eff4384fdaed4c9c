package dev.aicredits.bench;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Producers as a platform has them: compressed, and with every acknowledgement that there is. */
public final class Producers {

    private Producers() {}

    /**
     * One that the caller closes.
     *
     * @param linger how long a record waits for others to go with it
     */
    public static KafkaProducer<byte[], byte[]> of(String bootstrapServers, Duration linger) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "compression.type",
                        "lz4",
                        "linger.ms",
                        Long.toString(linger.toMillis()),
                        "batch.size",
                        "131072"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }
}
