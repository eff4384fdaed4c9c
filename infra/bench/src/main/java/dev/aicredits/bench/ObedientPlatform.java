package dev.aicredits.bench;

import dev.aicredits.control.ControlAck;
import dev.aicredits.control.ControlSignal;
import dev.aicredits.messaging.ControlAckMessage;
import dev.aicredits.messaging.ControlSignalMessage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads stops in a thread of its own, sends nothing more for whom they stop, acknowledges, and notes how long they took. */
public final class ObedientPlatform implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final Clock clock;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final String ackTopic;
    private final Map<String, Integer> agents = new HashMap<>();
    private final BitSet stopped = new BitSet();
    private final List<Double> latencies = new ArrayList<>();
    private @Nullable LoadThread thread;

    private ObedientPlatform(
            Clock clock, String bootstrapServers, String controlTopic, String ackTopic, Workload workload) {
        this.clock = clock;
        for (int agent = 0; agent < workload.organizations() * workload.agentsPerOrganization(); agent++) {
            agents.put(EventSource.agentId(workload, agent), agent);
        }
        this.ackTopic = ackTopic;
        producer = Producers.of(bootstrapServers, Duration.ZERO);
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "enable.auto.commit", false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(controlTopic).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Starts it; it knows the workload's agents, and reads the topic from its beginning. */
    public static ObedientPlatform start(
            Clock clock, String bootstrapServers, String controlTopic, String ackTopic, Workload workload) {
        ObedientPlatform platform = new ObedientPlatform(clock, bootstrapServers, controlTopic, ackTopic, workload);
        platform.thread = LoadThread.start("obedient-platform", platform::obey);
        return platform;
    }

    /** Whether the agent of that number is not stopped. */
    public synchronized boolean mayRun(int agent) {
        return !stopped.get(agent);
    }

    /** In milliseconds, from when the event that crossed was made to when its stop was read. */
    public synchronized double[] latencies() {
        return latencies.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** From here on only latencies of stops that are read later. */
    public synchronized void forgetLatencies() {
        latencies.clear();
    }

    private void obey(BooleanSupplier goesOn) {
        while (goesOn.getAsBoolean()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                Instant readAt = clock.instant();
                ControlSignal signal = ControlSignalMessage.read(record);
                Integer agent = agents.get(signal.target().agentId());
                if (agent != null) {
                    note(agent, signal, readAt.toEpochMilli());
                }
                var unused = producer.send(ControlAckMessage.of(
                        ackTopic, new ControlAck(signal.target(), signal.version()), "bench", readAt));
            }
        }
    }

    private synchronized void note(int agent, ControlSignal signal, long readAtMs) {
        stopped.set(agent, signal.stops());
        if (signal.stops() && signal.causedBy() != null) {
            latencies.add((double) readAtMs - producedAtMs(signal.causedBy()));
        }
    }

    /** A UUIDv7 begins with its time. */
    private static long producedAtMs(String eventId) {
        return UUID.fromString(eventId).getMostSignificantBits() >>> 16;
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.close();
        }
        consumer.close();
        producer.close();
    }
}
