package dev.aicredits.drill;

import dev.aicredits.bench.EventSource;
import dev.aicredits.bench.LoadThread;
import dev.aicredits.bench.Producers;
import dev.aicredits.bench.SteadyLoad;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A platform that sends usage at a steady rate, in a thread of its own, and remembers what the broker acknowledged. */
final class UsageLoad implements AutoCloseable {

    private static final Duration LINGER = Duration.ofMillis(5);

    private final KafkaProducer<byte[], byte[]> producer;
    private final EventSource source;
    private final LoadThread thread;
    private final Set<UUID> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicLong refused = new AtomicLong();

    private UsageLoad(String bootstrapServers, EventSource source, int perSecond) {
        this.producer = Producers.of(bootstrapServers, LINGER);
        this.source = source;
        this.thread = LoadThread.start(
                "drill-usage-load", goesOn -> SteadyLoad.produce(this::send, source, perSecond, goesOn));
    }

    static UsageLoad start(String bootstrapServers, EventSource source, int perSecond) {
        return new UsageLoad(bootstrapServers, source, perSecond);
    }

    private void send(ProducerRecord<byte[], byte[]> event) {
        UUID id = source.lastId();
        var unused = producer.send(event, (metadata, failure) -> {
            if (failure == null) {
                acknowledged.add(id);
            } else {
                refused.incrementAndGet();
            }
        });
    }

    /** The ids of all events that the broker said it has. */
    Set<UUID> acknowledged() {
        return acknowledged;
    }

    /** How many the producer gave up. */
    long refused() {
        return refused.get();
    }

    /** Sends no more; returns when all that was sent is acknowledged or given up. */
    @Override
    public void close() {
        thread.close();
        producer.close();
    }
}
