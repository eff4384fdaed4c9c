package dev.aicredits.api;

import dev.aicredits.access.AccessConfiguration;
import dev.aicredits.adjustment.AdjustmentConfiguration;
import dev.aicredits.agent.AgentConfiguration;
import dev.aicredits.apikey.ApiKeyConfiguration;
import dev.aicredits.audit.AuditedChanges;
import dev.aicredits.audit.JdbcAuditLog;
import dev.aicredits.credits.CreditsConfiguration;
import dev.aicredits.hosting.HostingConfiguration;
import dev.aicredits.ledger.JdbcLedger;
import dev.aicredits.ledger.Ledger;
import dev.aicredits.openapi.OpenApiConfiguration;
import dev.aicredits.operations.OperationsConfiguration;
import dev.aicredits.organization.OrganizationConfiguration;
import dev.aicredits.pages.PagesConfiguration;
import dev.aicredits.purchase.PurchaseConfiguration;
import dev.aicredits.spending.SpendingConfiguration;
import dev.aicredits.stream.StreamConfiguration;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** The API's parts, a configuration for each feature; imported by its own application and by whoever runs it beside others. */
@Configuration(proxyBeanMethods = false)
@Import({
    AccessConfiguration.class,
    OrganizationConfiguration.class,
    ApiKeyConfiguration.class,
    CreditsConfiguration.class,
    AgentConfiguration.class,
    HostingConfiguration.class,
    AdjustmentConfiguration.class,
    SpendingConfiguration.class,
    StreamConfiguration.class,
    OperationsConfiguration.class,
    OpenApiConfiguration.class,
    PagesConfiguration.class,
    PurchaseConfiguration.class
})
public class BillingApiConfiguration {

    @Bean
    @ConditionalOnMissingBean
    Clock clock() {
        return Clock.systemUTC();
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
}
