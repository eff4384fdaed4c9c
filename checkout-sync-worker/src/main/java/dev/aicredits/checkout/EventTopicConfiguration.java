package dev.aicredits.checkout;

import dev.aicredits.messaging.ContainerHealth;
import dev.aicredits.messaging.TopicConsumers;
import dev.aicredits.messaging.TopicProducers;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** The topic of Stripe's events: who writes it and who reads it. */
@Configuration(proxyBeanMethods = false)
class EventTopicConfiguration {

    private static final int SEND_BYTES_MAX = 2 * 1024 * 1024;

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
        return TopicConsumers.container(settings, stripeEventConsumerFactory, stripeEventListener);
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
