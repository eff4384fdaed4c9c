package dev.aicredits.local;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A simulated agent platform that sends usage events through Kafka at a steady rate, less those of whom it has stopped. */
final class Traffic implements AutoCloseable {
    static final int EVENTS_PER_SECOND_MAX = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger(Traffic.class);
    private static final Duration BLOCK_MAX = Duration.ofSeconds(5);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(2);
    private static final int LINGER_MS = 10;

    private final Producer<byte[], byte[]> producer;
    private final Pace pace;
    private final UsageSampler sampler;
    private final Thread thread;
    private volatile boolean closed;

    private Traffic(Producer<byte[], byte[]> producer, Pace pace, UsageSampler sampler) {
        this.producer = producer;
        this.pace = pace;
        this.sampler = sampler;
        this.thread = new Thread(this::send, "simulated-platform");
        this.thread.setDaemon(true);
    }

    static Traffic start(String bootstrapServers, int eventsPerSecond, UsageSampler sampler) {
        Pace pace = new Pace(eventsPerSecond, System.nanoTime());
        Traffic traffic = new Traffic(producer(bootstrapServers), pace, sampler);
        traffic.thread.start();
        return traffic;
    }

    /** What the platform sends with. */
    static Producer<byte[], byte[]> producer(String bootstrapServers) {
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.CLIENT_ID_CONFIG,
                "simulated-platform",
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4",
                ProducerConfig.LINGER_MS_CONFIG,
                LINGER_MS,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                BLOCK_MAX.toMillis());
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private void send() {
        try {
            while (!closed) {
                for (int due = pace.due(System.nanoTime()); due > 0 && !closed; due--) {
                    sendOne();
                }
                Thread.sleep(pace.untilNext(System.nanoTime()).toMillis() + 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendOne() {
        Optional<ProducerRecord<byte[], byte[]>> event = sampler.next();
        if (event.isEmpty()) {
            return;
        }
        try {
            var unused = producer.send(event.get(), (metadata, failure) -> {
                if (failure != null && !closed) {
                    LOG.info("an event was not sent: {}", failure.toString());
                }
            });
        } catch (KafkaException e) {
            if (!closed) {
                LOG.warn("the simulated platform cannot send: {}", e.toString());
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        producer.close(CLOSE_MAX);
    }
}
