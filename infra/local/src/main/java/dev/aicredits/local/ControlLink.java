package dev.aicredits.local;

import dev.aicredits.control.ControlAck;
import dev.aicredits.control.ControlSignal;
import dev.aicredits.messaging.ControlAckMessage;
import dev.aicredits.messaging.ControlSignalMessage;
import dev.aicredits.messaging.UnusableMessageException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The simulated platform's end of stop and resume: reads who is stopped from the beginning of the compacted topic, obeys
 * what comes, and acknowledges it.
 */
final class ControlLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlLink.class);
    private static final Duration POLL_MAX = Duration.ofMillis(500);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(2);
    private static final String NAME = "simulated-platform";

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;
    private final Stops stops;
    private final Consumer<ControlSignal> obeyed;
    private final Clock clock;
    private final Thread thread;
    private volatile boolean closed;

    private ControlLink(
            KafkaConsumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer,
            Stops stops,
            Consumer<ControlSignal> obeyed,
            Clock clock) {
        this.consumer = consumer;
        this.producer = producer;
        this.stops = stops;
        this.obeyed = obeyed;
        this.clock = clock;
        this.thread = new Thread(this::follow, NAME + "-control");
        this.thread.setDaemon(true);
    }

    /**
     * Returns when {@code stops} is what the topic says now, and keeps it so.
     *
     * @param obeyed is told each signal that is news and comes from now on, once it is obeyed
     */
    static ControlLink start(String bootstrapServers, Stops stops, Consumer<ControlSignal> obeyed, Clock clock) {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                ConsumerConfig.CLIENT_ID_CONFIG, NAME,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        ControlLink link = new ControlLink(
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                Traffic.producer(bootstrapServers),
                stops,
                obeyed,
                clock);
        link.catchUp();
        link.thread.start();
        return link;
    }

    private void catchUp() {
        List<TopicPartition> partitions = consumer.partitionsFor(ControlSignal.TOPIC).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(POLL_MAX).forEach(this::obey);
        }
    }

    private void follow() {
        try {
            while (!closed) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL_MAX)) {
                    obey(record).ifPresent(obeyed);
                }
            }
        } catch (WakeupException e) {
            LOG.debug("the simulated platform stops listening");
        } catch (KafkaException e) {
            LOG.warn("the simulated platform hears no signals any more: {}", e.toString());
        } finally {
            consumer.close();
        }
    }

    /** Obeys and acknowledges a signal, and answers it if it was news. */
    private Optional<ControlSignal> obey(ConsumerRecord<byte[], byte[]> record) {
        ControlSignal signal;
        try {
            signal = ControlSignalMessage.read(record);
        } catch (UnusableMessageException e) {
            LOG.warn("a signal can't be read: {}", e.getMessage());
            return Optional.empty();
        }
        if (!stops.take(signal)) {
            return Optional.empty();
        }
        LOG.atInfo()
                .addKeyValue("target", signal.target().key())
                .addKeyValue("version", signal.version())
                .log(signal.stops() ? "the simulated platform stops" : "the simulated platform goes on");
        ControlAck ack = new ControlAck(signal.target(), signal.version());
        ProducerRecord<byte[], byte[]> answer = ControlAckMessage.of(ControlAck.TOPIC, ack, NAME, clock.instant());
        // As an instrumented platform does: the acknowledgement is part of the signal's trace.
        record.headers().headers("traceparent").forEach(answer.headers()::add);
        var unused = producer.send(answer);
        return Optional.of(signal);
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(CLOSE_MAX.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(CLOSE_MAX);
    }
}
