package dev.aicredits.operations;

import dev.aicredits.audit.AuditedChanges;
import dev.aicredits.health.Watch;
import dev.aicredits.ledger.JdbcAudit;
import dev.aicredits.ledger.JdbcAuditRounds;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Topics and dead letters, for operators. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(OperationsSettings.class)
@Import({TopicController.class, DeadLetterController.class, OperationsPages.class})
public class OperationsConfiguration {

    @Bean
    OperatorBroker operatorBroker(KafkaProperties kafka, OperationsSettings settings) {
        return new OperatorBroker(kafka, settings.brokerTimeout());
    }

    @Bean
    DeadLetters operatorDeadLetters(OperatorBroker operatorBroker, OperationsSettings settings) {
        return new DeadLetters(operatorBroker, settings);
    }

    @Bean
    JdbcReplays operatorJdbcReplays(DataSource dataSource) {
        return new JdbcReplays(dataSource);
    }

    @Bean
    Replays operatorReplays(
            DeadLetters operatorDeadLetters,
            JdbcReplays operatorJdbcReplays,
            OperatorBroker operatorBroker,
            AuditedChanges changes,
            OperationsSettings settings,
            Clock clock) {
        return new Replays(operatorDeadLetters, operatorJdbcReplays, operatorBroker, changes, settings, clock);
    }

    @Bean
    Watch operatorTopicWatch(
            OperatorBroker operatorBroker, OperationsSettings settings, MeterRegistry registry, Clock clock) {
        return settings.topicWatchInterval().isZero()
                ? Watch.none()
                : Watch.sparing(
                        "topic-watch",
                        settings.topicWatchInterval(),
                        new TopicWatch(operatorBroker, settings.topics(), registry, clock)::look);
    }

    @Bean
    Watch operatorAuditWatch(DataSource dataSource, OperationsSettings settings, MeterRegistry registry, Clock clock) {
        return settings.auditInterval().isZero()
                ? Watch.none()
                : Watch.sparing(
                        "audit-watch",
                        settings.auditInterval(),
                        new AuditWatch(
                                        new JdbcAudit(dataSource),
                                        new JdbcAuditRounds(dataSource),
                                        settings,
                                        registry,
                                        clock)::look);
    }
}
