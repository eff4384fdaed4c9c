package dev.aicredits.consumer.chaos;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

/**
 * An agent platform that sends usage events at a steady rate, some of them twice, and keeps an account of its own. It waits
 * while thousands of them are not booked.
 *
 * <p>Its producer waits for all acknowledgements and retries for two minutes. An event it could not get acknowledged
 * fails the test, so what it accounts for is what was acknowledged.
 */
final class UsageTraffic implements AutoCloseable {
    /** Several batches wait for a worker that was started, and booking them is no more of the test than its start was. */
    static final int EVENTS_PER_SECOND = 1_000;

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int EVENTS_PER_TICK = EVENTS_PER_SECOND / 100;
    private static final int DUPLICATE_PERCENT = 6;
    private static final int REPEATABLE = 10_000;

    /**
     * Ten polls of a worker: there is always a batch under way. By the clock alone a start on a busy machine would leave
     * tens of thousands, and each of them is sent, booked and accounted for.
     */
    private static final int UNBOOKED_MAX = 5_000;

    private static final long UNBOOKED_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final String topic;
    private final int partitions;
    private final SplittableRandom random;
    private final LongSupplier booked;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final List<SentUsage> sent = new ArrayList<>();
    private long lastBooked;
    private long repeated;
    private volatile boolean flowing;
    private @Nullable Thread thread;

    /** {@code booked} tells how many of the events are; it may fail with a {@link DataAccessException}. */
    UsageTraffic(String bootstrapServers, String topic, int partitions, SplittableRandom random, LongSupplier booked) {
        this.topic = topic;
        this.partitions = partitions;
        this.random = random;
        this.booked = booked;
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", bootstrapServers,
                        "acks", "all",
                        "linger.ms", "20",
                        "compression.type", "lz4",
                        "max.block.ms", "120000",
                        "delivery.timeout.ms", "120000",
                        "request.timeout.ms", "5000"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Starts sending, until {@link #stop}. */
    UsageTraffic start() {
        flowing = true;
        thread = new Thread(this::flow, "usage-traffic");
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    private void flow() {
        long next = System.nanoTime();
        while (flowing) {
            if (isFarAhead()) {
                LockSupport.parkNanos(UNBOOKED_PAUSE_NANOS);
                continue;
            }
            for (int i = 0; i < EVENTS_PER_TICK; i++) {
                send();
            }
            // The clock is not caught up with: after the broker was away, its backlog is enough.
            next = Math.max(next + TICK_NANOS, System.nanoTime() - TICK_NANOS);
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    /** Asks only where the last answer would be too few; while the database is away that answer holds. */
    private boolean isFarAhead() {
        if (sent.size() - lastBooked >= UNBOOKED_MAX) {
            try {
                lastBooked = booked.getAsLong();
            } catch (DataAccessException e) {
                return true;
            }
        }
        return sent.size() - lastBooked >= UNBOOKED_MAX;
    }

    private void send() {
        if (!sent.isEmpty() && random.nextInt(100) < DUPLICATE_PERCENT) {
            int recent = Math.min(REPEATABLE, sent.size());
            SentUsage again = sent.get(sent.size() - 1 - random.nextInt(recent));
            // Half of them where another consumer may be reading them at the same time.
            publish(again, random.nextBoolean() ? random.nextInt(partitions) : null);
            repeated++;
        } else {
            SentUsage event = SentUsage.next(random);
            sent.add(event);
            publish(event, null);
        }
    }

    private void publish(SentUsage event, @Nullable Integer partition) {
        byte[] key = event.organizationId().getBytes(StandardCharsets.UTF_8);
        var unused = producer.send(new ProducerRecord<>(topic, partition, key, event.json()), (metadata, exception) -> {
            if (exception != null) {
                failure.compareAndSet(null, exception);
            }
        });
    }

    /** Sends {@code events} records now, duplicates among them, and returns when all are acknowledged. */
    void burst(int events) {
        for (int i = 0; i < events; i++) {
            send();
        }
        flush();
    }

    /** Stops sending; returns when everything is acknowledged. */
    void stop() {
        flowing = false;
        Thread running = thread;
        if (running != null) {
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the traffic stopped", e);
            }
            thread = null;
        }
        flush();
    }

    private void flush() {
        producer.flush();
        Exception first = failure.get();
        if (first != null) {
            throw new IllegalStateException("the broker did not acknowledge an event", first);
        }
    }

    /** The different events that were sent. Only while the traffic is stopped. */
    List<SentUsage> sent() {
        return sent;
    }

    /** What the ledger must hold. Only while the traffic is stopped. */
    Figures expected() {
        Figures figures = new Figures();
        sent.forEach(event -> event.addTo(figures));
        return figures;
    }

    @Override
    public String toString() {
        return "%,d different events and %,d repeats".formatted(sent.size(), repeated);
    }

    @Override
    public void close() {
        flowing = false;
        producer.close(Duration.ZERO);
    }
}
