package dev.aicredits.checkout;

import dev.aicredits.messaging.ContainerHealth;
import dev.aicredits.messaging.GroupHealth;
import dev.aicredits.messaging.ProgressHealth;
import dev.aicredits.messaging.TopicConsumers;
import dev.aicredits.messaging.TopicProducers;
import dev.aicredits.tracing.Traces;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/** The topic of Stripe's events: who writes it and who reads it. */
@Configuration(proxyBeanMethods = false)
class EventTopicConfiguration {

    private static final int SEND_BYTES_MAX = 2 * 1024 * 1024;
    /** Stripe waits for it, and does not mind; webhooks and announcements that come at once are one request. */
    private static final int LINGER_MS = 5;

    private static final Duration OFFSETS_EVERY = Duration.ofSeconds(1);

    /** Ends after the consumer, with nothing under way. */
    @Bean
    ExecutorService stripeEventThreads(CheckoutSettings settings) {
        return Executors.newFixedThreadPool(settings.eventsAtOnce(), new CustomizableThreadFactory("stripe-events-"));
    }

    @Bean
    StripeEventListener stripeEventListener(
            EventActions actions,
            EventLog log,
            JdbcStripeEvents events,
            CheckoutMetrics metrics,
            Traces traces,
            ExecutorService stripeEventThreads) {
        return new StripeEventListener(actions, log, events, metrics, traces, stripeEventThreads);
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> stripeEventContainer(
            CheckoutSettings settings,
            ConsumerFactory<byte[], byte[]> stripeEventConsumerFactory,
            StripeEventListener stripeEventListener,
            MeterRegistry registry) {
        ConcurrentMessageListenerContainer<byte[], byte[]> container =
                TopicConsumers.container(settings, stripeEventConsumerFactory, stripeEventListener, registry);
        // Not after every poll, and no event waits for it: repeating the events of a second costs a query each.
        container.getContainerProperties().setAckMode(ContainerProperties.AckMode.TIME);
        container.getContainerProperties().setAckTime(OFFSETS_EVERY.toMillis());
        container.getContainerProperties().setSyncCommits(false);
        return container;
    }

    @Bean
    ContainerHealth checkoutSyncHealthIndicator(
            ConcurrentMessageListenerContainer<byte[], byte[]> stripeEventContainer) {
        return new ContainerHealth(stripeEventContainer);
    }

    @Bean
    GroupHealth checkoutGroupHealthIndicator(ConcurrentMessageListenerContainer<byte[], byte[]> stripeEventContainer) {
        return new GroupHealth(stripeEventContainer);
    }

    @Bean
    ProgressHealth checkoutProgressHealthIndicator(
            ConcurrentMessageListenerContainer<byte[], byte[]> stripeEventContainer) {
        return new ProgressHealth(stripeEventContainer);
    }

    @Bean
    ConsumerFactory<byte[], byte[]> stripeEventConsumerFactory(
            KafkaProperties kafka, CheckoutSettings settings, MeterRegistry registry) {
        return TopicConsumers.factory(kafka, settings, registry);
    }

    @Bean
    ProducerFactory<byte[], byte[]> stripeEventProducerFactory(KafkaProperties kafka, CheckoutSettings settings) {
        return TopicProducers.factory(
                kafka,
                settings.sendTimeout(),
                Map.of(
                        ProducerConfig.LINGER_MS_CONFIG, LINGER_MS,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, SEND_BYTES_MAX));
    }

    @Bean
    KafkaTemplate<byte[], byte[]> stripeEventTemplate(ProducerFactory<byte[], byte[]> stripeEventProducerFactory) {
        return TopicProducers.template(stripeEventProducerFactory);
    }

    @Bean
    ProducerFactory<byte[], byte[]> stripeLetterProducerFactory(KafkaProperties kafka, CheckoutSettings settings) {
        return TopicProducers.ofLetters(kafka, settings.sendTimeout(), Map.of());
    }

    @Bean
    KafkaTemplate<byte[], byte[]> stripeLetterTemplate(ProducerFactory<byte[], byte[]> stripeLetterProducerFactory) {
        return TopicProducers.template(stripeLetterProducerFactory);
    }
}
