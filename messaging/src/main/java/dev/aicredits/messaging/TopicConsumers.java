package dev.aicredits.messaging;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.MicrometerConsumerListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.GenericMessageListener;

/** Makes consumers that read bytes from the beginning, commit what is done, and skip nothing. */
public final class TopicConsumers {

    /**
     * Of the classic protocol, where members say these and not the broker: partitions of one that ended are another's within
     * a second, of one that was killed within seven, and who keeps a partition reads on meanwhile.
     */
    private static final Map<String, Object> CLASSIC = Map.of(
            ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
            500,
            ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
            6_000,
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            CooperativeStickyAssignor.class.getName());

    /** How soon offsets are committed, and how far they are behind at most what is done. */
    private static final Duration COMMIT_INTERVAL = Duration.ofMillis(100);

    private TopicConsumers() {}

    /** Kafka's configuration of such a consumer; what a worker adds goes on top. */
    public static Map<String, Object> config(KafkaProperties kafka, ConsumerSettings settings) {
        Map<String, Object> config = new HashMap<>(kafka.buildConsumerProperties());
        config.put(
                ConsumerConfig.GROUP_PROTOCOL_CONFIG, settings.groupProtocol().toLowerCase(Locale.ROOT));
        if (settings.groupProtocol().equals("classic")) {
            CLASSIC.forEach(config::putIfAbsent);
        }
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // What a transactional producer took back was not sent.
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.pollRecordsMax());
        config.put(
                ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                Math.toIntExact(settings.pollIntervalMax().toMillis()));
        // Topics are declared, with their partitions; none is to appear because a consumer came first.
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return config;
    }

    /** Consumers with that configuration and nothing added, measured. */
    public static ConsumerFactory<byte[], byte[]> factory(
            KafkaProperties kafka, ConsumerSettings settings, MeterRegistry registry) {
        DefaultKafkaConsumerFactory<byte[], byte[]> factory = new DefaultKafkaConsumerFactory<>(
                config(kafka, settings), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        factory.addListener(new MicrometerConsumerListener<>(registry));
        return factory;
    }

    /**
     * The threads that read the topic. A poll's offsets are committed within a tenth of a second after the listener has
     * returned for all of it, so it returns when all is committed and published, and throws {@link Failures#classified}.
     *
     * @param listener of records, or of batches
     * @param registry has the commits that fail, {@code aicredits.topic.commit.failures}
     */
    public static <V> ConcurrentMessageListenerContainer<byte[], V> container(
            ConsumerSettings settings,
            ConsumerFactory<byte[], V> factory,
            GenericMessageListener<?> listener,
            MeterRegistry registry) {
        ContainerProperties properties = new ContainerProperties(settings.topic());
        properties.setGroupId(settings.groupId());
        properties.setMessageListener(listener);
        // A commit costs the broker what a batch of records does, and polls come by the hundred a second. What is read
        // again after a crash is known already, so no poll waits for a commit.
        properties.setAckMode(ContainerProperties.AckMode.TIME);
        properties.setAckTime(COMMIT_INTERVAL.toMillis());
        properties.setPollTimeout(COMMIT_INTERVAL.toMillis());
        properties.setSyncCommits(false);
        OffsetCommits commits = new OffsetCommits(settings, registry);
        properties.setCommitCallback(commits);
        properties.setConsumerRebalanceListener(commits);
        properties.setShutdownTimeout(settings.shutdownTimeout().toMillis());
        properties.setMissingTopicsFatal(false);
        ConcurrentMessageListenerContainer<byte[], V> container =
                new ConcurrentMessageListenerContainer<>(factory, properties);
        container.setConcurrency(settings.concurrency());
        container.setCommonErrorHandler(new RepeatingErrorHandler(settings));
        return container;
    }
}
