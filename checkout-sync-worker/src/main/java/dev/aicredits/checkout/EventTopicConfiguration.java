package dev.aicredits.checkout;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.MicrometerConsumerListener;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.support.ProducerListener;

/** The topic of Stripe's events: who writes it and who reads it. */
@Configuration(proxyBeanMethods = false)
class EventTopicConfiguration {

    @Bean
    StripeEventListener stripeEventListener(
            EventActions actions, EventLog log, JdbcStripeEvents events, CheckoutMetrics metrics) {
        return new StripeEventListener(actions, log, events, metrics);
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> stripeEventContainer(
            CheckoutSettings settings,
            ConsumerFactory<byte[], byte[]> stripeEventConsumerFactory,
            StripeEventListener stripeEventListener) {
        ContainerProperties properties = new ContainerProperties(settings.topic());
        properties.setGroupId(settings.groupId());
        properties.setMessageListener(stripeEventListener);
        properties.setAckMode(ContainerProperties.AckMode.BATCH);
        properties.setSyncCommits(true);
        properties.setShutdownTimeout(settings.shutdownTimeout().toMillis());
        properties.setMissingTopicsFatal(false);
        ConcurrentMessageListenerContainer<byte[], byte[]> container =
                new ConcurrentMessageListenerContainer<>(stripeEventConsumerFactory, properties);
        container.setConcurrency(settings.concurrency());
        container.setCommonErrorHandler(new EventErrorHandler(settings));
        return container;
    }

    @Bean
    CheckoutHealth checkoutSyncHealthIndicator(
            ConcurrentMessageListenerContainer<byte[], byte[]> stripeEventContainer) {
        return new CheckoutHealth(stripeEventContainer);
    }

    @Bean
    ConsumerFactory<byte[], byte[]> stripeEventConsumerFactory(
            KafkaProperties kafka, CheckoutSettings settings, MeterRegistry registry) {
        Map<String, Object> config = new HashMap<>(kafka.buildConsumerProperties());
        config.put(
                ConsumerConfig.GROUP_PROTOCOL_CONFIG, settings.groupProtocol().toLowerCase(Locale.ROOT));
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.pollRecordsMax());
        config.put(
                ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                Math.toIntExact(settings.pollIntervalMax().toMillis()));
        // Topics are declared, with their partitions; none is to appear because a consumer came first.
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        DefaultKafkaConsumerFactory<byte[], byte[]> factory =
                new DefaultKafkaConsumerFactory<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        factory.addListener(new MicrometerConsumerListener<>(registry));
        return factory;
    }

    @Bean
    ProducerFactory<byte[], byte[]> stripeEventProducerFactory(KafkaProperties kafka, CheckoutSettings settings) {
        Map<String, Object> config = new HashMap<>(kafka.buildProducerProperties());
        int timeoutMs = Math.toIntExact(settings.sendTimeout().toMillis());
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // Stripe waits for each: there is nothing to gather.
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * 1024 * 1024);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeoutMs);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeoutMs);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs / 2);
        return new DefaultKafkaProducerFactory<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Bean
    KafkaTemplate<byte[], byte[]> stripeEventTemplate(ProducerFactory<byte[], byte[]> stripeEventProducerFactory) {
        KafkaTemplate<byte[], byte[]> template = new KafkaTemplate<>(stripeEventProducerFactory);
        // The default one logs what it could not send.
        template.setProducerListener(new ProducerListener<>() {});
        return template;
    }
}
