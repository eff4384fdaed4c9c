package dev.aicredits.checkout;

import dev.aicredits.messaging.ContainerHealth;
import dev.aicredits.messaging.TopicConsumers;
import dev.aicredits.messaging.TopicProducers;
import io.micrometer.core.instrument.MeterRegistry;
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
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/** The topic of Stripe's events: who writes it and who reads it. */
@Configuration(proxyBeanMethods = false)
class EventTopicConfiguration {

    private static final int SEND_BYTES_MAX = 2 * 1024 * 1024;

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
            ExecutorService stripeEventThreads) {
        return new StripeEventListener(actions, log, events, metrics, stripeEventThreads);
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> stripeEventContainer(
            CheckoutSettings settings,
            ConsumerFactory<byte[], byte[]> stripeEventConsumerFactory,
            StripeEventListener stripeEventListener) {
        ConcurrentMessageListenerContainer<byte[], byte[]> container =
                TopicConsumers.container(settings, stripeEventConsumerFactory, stripeEventListener);
        // The next events need not wait for the broker to note the last ones: repeating these costs a query each.
        container.getContainerProperties().setSyncCommits(false);
        return container;
    }

    @Bean
    ContainerHealth checkoutSyncHealthIndicator(
            ConcurrentMessageListenerContainer<byte[], byte[]> stripeEventContainer) {
        return new ContainerHealth(stripeEventContainer);
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
                        // Stripe waits for each: there is nothing to gather.
                        ProducerConfig.LINGER_MS_CONFIG, 0, ProducerConfig.MAX_REQUEST_SIZE_CONFIG, SEND_BYTES_MAX));
    }

    @Bean
    KafkaTemplate<byte[], byte[]> stripeEventTemplate(ProducerFactory<byte[], byte[]> stripeEventProducerFactory) {
        return TopicProducers.template(stripeEventProducerFactory);
    }
}
