package dev.aicredits.consumer;

import dev.aicredits.ledger.JdbcLedger;
import dev.aicredits.ledger.Ledger;
import dev.aicredits.ratecard.JdbcRateCards;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.MicrometerConsumerListener;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.support.ProducerListener;

/** The usage consumer's parts; imported by its own application and by whoever runs it beside other services. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(UsageConsumerSettings.class)
public class UsageConsumerConfiguration {

    // A record of the usage topic is small compressed and may be large once it is not. It must fit all the same: a dead
    // letter that can't be sent holds up its partition. Same codec as the best a producer may have used.
    private static final int SEND_BYTES_MAX = 32 * 1024 * 1024;
    private static final long SEND_BUFFER_BYTES = 2L * SEND_BYTES_MAX;
    private static final String SEND_COMPRESSION = "zstd";
    private static final int LINGER_MS = 1;

    @Bean
    @ConditionalOnMissingBean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    @ConditionalOnMissingBean
    Ledger ledger(DataSource dataSource, Clock clock) {
        return new JdbcLedger(dataSource, clock);
    }

    @Bean
    UsageListener usageListener(
            UsageConsumerSettings settings,
            DataSource dataSource,
            Ledger ledger,
            KafkaTemplate<byte[], byte[]> usageOutboxTemplate,
            MeterRegistry registry,
            Clock clock) {
        UsageLimits limits = new UsageLimits(
                settings.eventAgeMax(),
                settings.eventFutureMax(),
                Math.toIntExact(settings.eventBytesMax().toBytes()),
                settings.trustedSources());
        RateCardWatch rateCards = new RateCardWatch(new JdbcRateCards(dataSource), clock, settings.rateCardRefresh());
        return new UsageListener(
                new UsageIntake(new UsageEventDecoder(limits, clock), rateCards, ledger),
                new KafkaOutbox(usageOutboxTemplate, settings, clock),
                new UsageMetrics(registry, clock));
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> usageContainer(
            UsageConsumerSettings settings,
            ConsumerFactory<byte[], byte[]> usageConsumerFactory,
            UsageListener usageListener) {
        ContainerProperties properties = new ContainerProperties(settings.topic());
        properties.setGroupId(settings.groupId());
        properties.setMessageListener(usageListener);
        // The listener returns once all is committed and published; only then are the poll's offsets committed.
        properties.setAckMode(ContainerProperties.AckMode.BATCH);
        properties.setSyncCommits(true);
        properties.setShutdownTimeout(settings.shutdownTimeout().toMillis());
        properties.setMissingTopicsFatal(false);
        ConcurrentMessageListenerContainer<byte[], byte[]> container =
                new ConcurrentMessageListenerContainer<>(usageConsumerFactory, properties);
        container.setConcurrency(settings.concurrency());
        container.setCommonErrorHandler(new UsageErrorHandler(settings));
        return container;
    }

    @Bean
    UsageConsumerHealth usageConsumerHealthIndicator(
            ConcurrentMessageListenerContainer<byte[], byte[]> usageContainer) {
        return new UsageConsumerHealth(usageContainer);
    }

    @Bean
    ConsumerFactory<byte[], byte[]> usageConsumerFactory(
            KafkaProperties kafka, UsageConsumerSettings settings, MeterRegistry registry) {
        Map<String, Object> config = new HashMap<>(kafka.buildConsumerProperties());
        config.put(
                ConsumerConfig.GROUP_PROTOCOL_CONFIG, settings.groupProtocol().toLowerCase(Locale.ROOT));
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // What a transactional producer took back was not used.
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.pollRecordsMax());
        config.put(
                ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                Math.toIntExact(settings.pollIntervalMax().toMillis()));
        config.put(
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                Math.toIntExact(settings.fetchMax().toBytes()));
        config.put(
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                Math.toIntExact(settings.partitionFetchMax().toBytes()));
        // Topics are declared, with their partitions; none is to appear because a consumer came first.
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        BoundedPollConsumerFactory factory = new BoundedPollConsumerFactory(config, settings.pollBytesMax());
        factory.addListener(new MicrometerConsumerListener<>(registry));
        return factory;
    }

    @Bean
    ProducerFactory<byte[], byte[]> usageOutboxFactory(KafkaProperties kafka, UsageConsumerSettings settings) {
        Map<String, Object> config = new HashMap<>(kafka.buildProducerProperties());
        int timeoutMs = Math.toIntExact(settings.sendTimeout().toMillis());
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, SEND_COMPRESSION);
        config.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, SEND_BYTES_MAX);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, SEND_BUFFER_BYTES);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeoutMs);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeoutMs);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs / 2);
        return new DefaultKafkaProducerFactory<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Bean
    KafkaTemplate<byte[], byte[]> usageOutboxTemplate(ProducerFactory<byte[], byte[]> usageOutboxFactory) {
        KafkaTemplate<byte[], byte[]> template = new KafkaTemplate<>(usageOutboxFactory);
        // The default one logs a stack trace for each record, and a batch that can't be sent has thousands.
        template.setProducerListener(new ProducerListener<>() {});
        return template;
    }
}
