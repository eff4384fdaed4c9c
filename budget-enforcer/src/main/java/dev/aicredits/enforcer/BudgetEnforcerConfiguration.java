package dev.aicredits.enforcer;

import dev.aicredits.health.BackgroundHealth;
import dev.aicredits.messaging.ContainerHealth;
import dev.aicredits.messaging.GroupHealth;
import dev.aicredits.messaging.ProgressHealth;
import dev.aicredits.messaging.Publisher;
import dev.aicredits.messaging.TopicConsumers;
import dev.aicredits.messaging.TopicProducers;
import dev.aicredits.tracing.Traces;
import dev.aicredits.tracing.TracingConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** The budget enforcer's parts; imported by its own application and by whoever runs it beside other services. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EnforcerSettings.class)
@Import(TracingConfiguration.class)
public class BudgetEnforcerConfiguration {

    @Bean
    @ConditionalOnMissingBean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    EnforcerMetrics enforcerMetrics(MeterRegistry registry, Clock clock) {
        return new EnforcerMetrics(registry, clock);
    }

    @Bean
    OutstandingGauges enforcerOutstandingGauges(
            MeterRegistry registry, EnforcerSettings settings, DataSource dataSource, Clock clock) {
        return new OutstandingGauges(registry, new JdbcOutstanding(dataSource, settings.acknowledgements(), clock));
    }

    @Bean
    Publisher enforcerPublisher(EnforcerSettings settings, KafkaTemplate<byte[], byte[]> enforcerTemplate) {
        return new Publisher(enforcerTemplate, settings.sendTimeout());
    }

    @Bean
    Publisher enforcerLetterPublisher(EnforcerSettings settings, KafkaTemplate<byte[], byte[]> enforcerLetterTemplate) {
        return new Publisher(enforcerLetterTemplate, settings.sendTimeout());
    }

    @Bean
    Enforcer enforcer(
            EnforcerSettings settings,
            DataSource dataSource,
            Publisher enforcerPublisher,
            Margins enforcerMargins,
            EnforcerMetrics metrics,
            Traces traces,
            Clock clock) {
        JdbcFindings findings = new JdbcFindings(dataSource, settings.percents());
        return new Enforcer(
                findings,
                new JdbcDecisions(dataSource, findings, new JdbcIncidents(dataSource), settings.percents(), clock),
                new JdbcSignals(dataSource, clock),
                new JdbcAlerts(dataSource, clock),
                new SignalOutbox(enforcerPublisher, settings, traces),
                enforcerMargins,
                metrics,
                traces,
                clock);
    }

    @Bean
    Margins enforcerMargins() {
        return new Margins();
    }

    @Bean
    Progress enforcerProgress() {
        return new Progress();
    }

    @Bean
    HintDelay enforcerHintDelay(Clock clock) {
        return new HintDelay(clock);
    }

    @Bean
    Ownership enforcerOwnership(Progress enforcerProgress, Margins enforcerMargins, ObjectProvider<Sweep> sweep) {
        return new Ownership(enforcerProgress, () -> {
            enforcerMargins.forgetAll();
            sweep.getObject().soon();
        });
    }

    @Bean
    Sweep enforcerSweep(
            EnforcerSettings settings,
            DataSource dataSource,
            Margins enforcerMargins,
            Progress enforcerProgress,
            HintDelay enforcerHintDelay,
            Ownership enforcerOwnership,
            Enforcer enforcer,
            EnforcerMetrics metrics,
            Clock clock) {
        return new Sweep(
                new JdbcStandings(dataSource),
                enforcerMargins,
                enforcerProgress,
                enforcerHintDelay,
                enforcerOwnership,
                enforcer,
                metrics,
                settings,
                clock);
    }

    @Bean
    SweepHealth enforcerSweepHealthIndicator(Sweep enforcerSweep, EnforcerSettings settings, Clock clock) {
        return new SweepHealth(enforcerSweep, settings, clock);
    }

    @Bean
    BackgroundHealth budgetEnforcerThreadsHealthIndicator(Sweep enforcerSweep) {
        return new BackgroundHealth(List.of(enforcerSweep));
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> hintContainer(
            EnforcerSettings settings,
            ConsumerFactory<byte[], byte[]> hintConsumerFactory,
            Enforcer enforcer,
            Margins enforcerMargins,
            Progress enforcerProgress,
            HintDelay enforcerHintDelay,
            Ownership enforcerOwnership,
            Publisher enforcerLetterPublisher,
            EnforcerMetrics metrics,
            MeterRegistry registry,
            Traces traces,
            Clock clock) {
        DeadLetters deadLetters = new DeadLetters(enforcerLetterPublisher, settings.deadLetterTopic(), metrics, clock);
        ConcurrentMessageListenerContainer<byte[], byte[]> container = TopicConsumers.container(
                settings,
                hintConsumerFactory,
                new HintListener(
                        enforcer, enforcerMargins, enforcerProgress, enforcerHintDelay, deadLetters, metrics, traces),
                registry);
        container.getContainerProperties().setConsumerRebalanceListener(enforcerOwnership);
        return container;
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> ackContainer(
            EnforcerSettings settings,
            ConsumerFactory<byte[], byte[]> ackConsumerFactory,
            DataSource dataSource,
            Publisher enforcerLetterPublisher,
            EnforcerMetrics metrics,
            MeterRegistry registry,
            Traces traces,
            Clock clock) {
        DeadLetters deadLetters =
                new DeadLetters(enforcerLetterPublisher, settings.ackDeadLetterTopic(), metrics, clock);
        return TopicConsumers.container(
                settings.acks(),
                ackConsumerFactory,
                new AckListener(new JdbcIncidents(dataSource), deadLetters, metrics, traces, clock),
                registry);
    }

    @Bean
    ContainerHealth budgetEnforcerHealthIndicator(ConcurrentMessageListenerContainer<byte[], byte[]> hintContainer) {
        return new ContainerHealth(hintContainer);
    }

    @Bean
    GroupHealth budgetEnforcerGroupHealthIndicator(ConcurrentMessageListenerContainer<byte[], byte[]> hintContainer) {
        return new GroupHealth(hintContainer);
    }

    @Bean
    ProgressHealth budgetEnforcerProgressHealthIndicator(
            ConcurrentMessageListenerContainer<byte[], byte[]> hintContainer) {
        return new ProgressHealth(hintContainer);
    }

    @Bean
    ContainerHealth budgetEnforcerAcksHealthIndicator(ConcurrentMessageListenerContainer<byte[], byte[]> ackContainer) {
        return new ContainerHealth(ackContainer);
    }

    @Bean
    GroupHealth budgetEnforcerAcksGroupHealthIndicator(
            ConcurrentMessageListenerContainer<byte[], byte[]> ackContainer) {
        return new GroupHealth(ackContainer);
    }

    @Bean
    ConsumerFactory<byte[], byte[]> hintConsumerFactory(
            KafkaProperties kafka, EnforcerSettings settings, MeterRegistry registry) {
        return TopicConsumers.factory(kafka, settings, registry);
    }

    @Bean
    ConsumerFactory<byte[], byte[]> ackConsumerFactory(
            KafkaProperties kafka, EnforcerSettings settings, MeterRegistry registry) {
        return TopicConsumers.factory(kafka, settings.acks(), registry);
    }

    @Bean
    ProducerFactory<byte[], byte[]> enforcerProducerFactory(KafkaProperties kafka, EnforcerSettings settings) {
        // A signal is never worth waiting with.
        return TopicProducers.factory(kafka, settings.sendTimeout(), Map.of(ProducerConfig.LINGER_MS_CONFIG, 0));
    }

    @Bean
    KafkaTemplate<byte[], byte[]> enforcerTemplate(ProducerFactory<byte[], byte[]> enforcerProducerFactory) {
        return TopicProducers.template(enforcerProducerFactory);
    }

    /** Of its own: signals go out as they are, for whoever reads them. */
    @Bean
    ProducerFactory<byte[], byte[]> enforcerLetterProducerFactory(KafkaProperties kafka, EnforcerSettings settings) {
        return TopicProducers.ofLetters(kafka, settings.sendTimeout(), Map.of());
    }

    @Bean
    KafkaTemplate<byte[], byte[]> enforcerLetterTemplate(
            ProducerFactory<byte[], byte[]> enforcerLetterProducerFactory) {
        return TopicProducers.template(enforcerLetterProducerFactory);
    }
}
