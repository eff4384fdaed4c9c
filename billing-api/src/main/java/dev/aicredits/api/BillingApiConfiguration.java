package dev.aicredits.api;

import dev.aicredits.access.AccessConfiguration;
import dev.aicredits.adjustment.AdjustmentConfiguration;
import dev.aicredits.agent.AgentConfiguration;
import dev.aicredits.apikey.ApiKeyConfiguration;
import dev.aicredits.audit.AuditedChanges;
import dev.aicredits.audit.JdbcAuditLog;
import dev.aicredits.credits.CreditsConfiguration;
import dev.aicredits.health.BackgroundHealth;
import dev.aicredits.health.BackgroundWork;
import dev.aicredits.hosting.HostingConfiguration;
import dev.aicredits.intake.IntakeConfiguration;
import dev.aicredits.ledger.JdbcLedger;
import dev.aicredits.ledger.Ledger;
import dev.aicredits.messaging.LedgerAnnouncer;
import dev.aicredits.messaging.Publisher;
import dev.aicredits.messaging.TopicProducers;
import dev.aicredits.openapi.OpenApiConfiguration;
import dev.aicredits.operations.OperationsConfiguration;
import dev.aicredits.organization.OrganizationConfiguration;
import dev.aicredits.pages.PagesConfiguration;
import dev.aicredits.purchase.PurchaseConfiguration;
import dev.aicredits.spending.SpendingConfiguration;
import dev.aicredits.stream.StreamConfiguration;
import dev.aicredits.tracing.Traces;
import dev.aicredits.tracing.TracingConfiguration;
import java.time.Clock;
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
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;

/** The API's parts, a configuration for each feature; imported by its own application and by whoever runs it beside others. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ApiTopicSettings.class)
@Import({
    TracingConfiguration.class,
    AccessConfiguration.class,
    OrganizationConfiguration.class,
    ApiKeyConfiguration.class,
    CreditsConfiguration.class,
    AgentConfiguration.class,
    HostingConfiguration.class,
    AdjustmentConfiguration.class,
    SpendingConfiguration.class,
    StreamConfiguration.class,
    IntakeConfiguration.class,
    OperationsConfiguration.class,
    OpenApiConfiguration.class,
    PagesConfiguration.class,
    PurchaseConfiguration.class
})
public class BillingApiConfiguration {

    private static final String WORKER = "billing-api";

    /** Nobody waits for company: what is sent is waited for, one request's records together. */
    private static final int LINGER_MS = 0;

    /** An event of the size that is taken, and its headers. */
    private static final int SEND_BYTES_MAX = 2 * 1024 * 1024;

    @Bean
    @ConditionalOnMissingBean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    BackgroundHealth billingApiThreadsHealthIndicator(ObjectProvider<BackgroundWork> works) {
        return new BackgroundHealth(works.stream().toList());
    }

    @Bean
    AuditedChanges auditedChanges(DataSource dataSource, Clock clock) {
        return new AuditedChanges(new JdbcTransactionManager(dataSource), new JdbcAuditLog(dataSource, clock));
    }

    @Bean
    @ConditionalOnMissingBean
    Ledger ledger(DataSource dataSource, Clock clock) {
        return new JdbcLedger(dataSource, clock);
    }

    @Bean
    ProducerFactory<byte[], byte[]> billingApiProducerFactory(KafkaProperties kafka, ApiTopicSettings settings) {
        return TopicProducers.factory(
                kafka,
                settings.sendTimeout(),
                Map.of(
                        ProducerConfig.LINGER_MS_CONFIG, LINGER_MS,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, SEND_BYTES_MAX));
    }

    @Bean
    KafkaTemplate<byte[], byte[]> billingApiTemplate(ProducerFactory<byte[], byte[]> billingApiProducerFactory) {
        return TopicProducers.template(billingApiProducerFactory);
    }

    @Bean
    Publisher billingApiPublisher(KafkaTemplate<byte[], byte[]> billingApiTemplate, ApiTopicSettings settings) {
        return new Publisher(billingApiTemplate, settings.sendTimeout());
    }

    @Bean
    LedgerAnnouncer billingApiAnnouncer(
            KafkaTemplate<byte[], byte[]> billingApiTemplate, ApiTopicSettings settings, Traces traces, Clock clock) {
        return new LedgerAnnouncer(billingApiTemplate, settings.ledger(), WORKER, traces, clock);
    }
}
