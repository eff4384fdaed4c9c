package dev.aicredits.consumer;

import dev.aicredits.health.BackgroundHealth;
import dev.aicredits.health.Watch;
import dev.aicredits.ledger.JdbcDailyTotals;
import dev.aicredits.ledger.JdbcLedger;
import dev.aicredits.ledger.Ledger;
import dev.aicredits.messaging.ContainerHealth;
import dev.aicredits.messaging.GroupHealth;
import dev.aicredits.messaging.ProgressHealth;
import dev.aicredits.messaging.Publisher;
import dev.aicredits.messaging.TopicConsumers;
import dev.aicredits.messaging.TopicProducers;
import dev.aicredits.ratecard.JdbcRateCards;
import dev.aicredits.tracing.Traces;
import dev.aicredits.tracing.TracingConfiguration;
import dev.aicredits.wire.UsageEventDecoder;
import dev.aicredits.wire.UsageLimits;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.MicrometerConsumerListener;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** The usage consumer's parts; imported by its own application and by whoever runs it beside other services. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(UsageConsumerSettings.class)
@Import(TracingConfiguration.class)
public class UsageConsumerConfiguration {

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
    UsageEventDecoder usageEventDecoder(UsageConsumerSettings settings, Clock clock) {
        UsageLimits limits = new UsageLimits(
                settings.eventAgeMax(),
                settings.eventFutureMax(),
                Math.toIntExact(settings.eventBytesMax().toBytes()),
                settings.trustedSources());
        return new UsageEventDecoder(limits, clock);
    }

    @Bean
    UsageListener usageListener(
            UsageConsumerSettings settings,
            DataSource dataSource,
            Ledger ledger,
            UsageEventDecoder usageEventDecoder,
            KafkaTemplate<byte[], byte[]> usageOutboxTemplate,
            MeterRegistry registry,
            Traces traces,
            Clock clock) {
        Publisher publisher = new Publisher(usageOutboxTemplate, settings.sendTimeout());
        RateCardWatch rateCards = new RateCardWatch(new JdbcRateCards(dataSource), clock, settings.rateCardRefresh());
        return new UsageListener(
                new UsageIntake(usageEventDecoder, rateCards, ledger, clock),
                new DeadLetters(publisher, settings.deadLetterTopic(), clock),
                new BatchAnnouncer(publisher, settings.ledgerTopic(), traces, clock),
                new UsageMetrics(registry, clock),
                traces);
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], ReadUsage> usageContainer(
            UsageConsumerSettings settings,
            ConsumerFactory<byte[], ReadUsage> usageConsumerFactory,
            UsageListener usageListener,
            MeterRegistry registry) {
        return TopicConsumers.container(settings, usageConsumerFactory, usageListener, registry);
    }

    @Bean
    Watch usageDailyTotals(UsageConsumerSettings settings, DataSource dataSource, MeterRegistry registry) {
        DailyTotals totals = new DailyTotals(new JdbcDailyTotals(dataSource), registry);
        return Watch.steady("daily-totals", settings.dailyTotalsInterval().dividedBy(DailyTotals.LOOKS), totals::look);
    }

    @Bean
    BackgroundHealth usageConsumerThreadsHealthIndicator(Watch usageDailyTotals) {
        return new BackgroundHealth(List.of(usageDailyTotals));
    }

    @Bean
    ContainerHealth usageConsumerHealthIndicator(ConcurrentMessageListenerContainer<byte[], ReadUsage> usageContainer) {
        return new ContainerHealth(usageContainer);
    }

    @Bean
    GroupHealth usageConsumerGroupHealthIndicator(
            ConcurrentMessageListenerContainer<byte[], ReadUsage> usageContainer) {
        return new GroupHealth(usageContainer);
    }

    @Bean
    ProgressHealth usageProgressHealthIndicator(ConcurrentMessageListenerContainer<byte[], ReadUsage> usageContainer) {
        return new ProgressHealth(usageContainer);
    }

    @Bean
    ConsumerFactory<byte[], ReadUsage> usageConsumerFactory(
            KafkaProperties kafka,
            UsageConsumerSettings settings,
            UsageEventDecoder usageEventDecoder,
            MeterRegistry registry) {
        Map<String, Object> config = TopicConsumers.config(kafka, settings);
        config.put(
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                Math.toIntExact(settings.fetchMax().toBytes()));
        config.put(
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                Math.toIntExact(settings.partitionFetchMax().toBytes()));
        BoundedPollConsumerFactory factory = new BoundedPollConsumerFactory(
                config, usageEventDecoder, settings.pollRecordsMax(), settings.pollBytesMax());
        factory.addListener(new MicrometerConsumerListener<>(registry));
        return factory;
    }

    @Bean
    ProducerFactory<byte[], byte[]> usageOutboxFactory(KafkaProperties kafka, UsageConsumerSettings settings) {
        return TopicProducers.ofLetters(
                kafka, settings.sendTimeout(), Map.of(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS));
    }

    @Bean
    KafkaTemplate<byte[], byte[]> usageOutboxTemplate(ProducerFactory<byte[], byte[]> usageOutboxFactory) {
        return TopicProducers.template(usageOutboxFactory);
    }
}
