package dev.aicredits.adjustment;

import dev.aicredits.audit.AuditedChanges;
import dev.aicredits.ledger.Ledger;
import dev.aicredits.messaging.LedgerAnnouncer;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Adjustments. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AdjustmentSettings.class)
@Import({AdjustmentController.class, OperatorPages.class})
public class AdjustmentConfiguration {

    @Bean
    Adjustments adjustments(
            DataSource dataSource,
            Ledger ledger,
            AuditedChanges changes,
            LedgerAnnouncer billingApiAnnouncer,
            AdjustmentSettings settings,
            Clock clock) {
        return new Adjustments(new JdbcAdjustments(dataSource), ledger, changes, billingApiAnnouncer, settings, clock);
    }
}
