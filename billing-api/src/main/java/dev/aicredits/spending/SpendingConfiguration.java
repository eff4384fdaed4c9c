package dev.aicredits.spending;

import dev.aicredits.audit.AuditedChanges;
import dev.aicredits.budget.JdbcBudgets;
import dev.aicredits.health.Watch;
import dev.aicredits.hold.Holds;
import dev.aicredits.ledger.JdbcLedger;
import dev.aicredits.messaging.LedgerAnnouncer;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Budgets, holds and incidents. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SpendingSettings.class)
@Import({BudgetController.class, HoldController.class, IncidentController.class, BudgetPages.class, IncidentPages.class
})
public class SpendingConfiguration {

    @Bean
    JdbcBudgets spendingBudgets(DataSource dataSource, Clock clock) {
        return new JdbcBudgets(dataSource, clock);
    }

    @Bean
    BudgetChanges budgetChanges(
            JdbcBudgets spendingBudgets, AuditedChanges changes, LedgerAnnouncer billingApiAnnouncer) {
        return new BudgetChanges(spendingBudgets, changes, billingApiAnnouncer);
    }

    @Bean
    Holds holds(DataSource dataSource, LedgerAnnouncer billingApiAnnouncer, Clock clock, SpendingSettings settings) {
        return new Holds(
                dataSource,
                new JdbcLedger(dataSource, clock),
                billingApiAnnouncer::announce,
                clock,
                settings.holdLanes());
    }

    /** Marks holds whose time is over. Nothing depends on it but what people see in the tables. */
    @Bean
    Watch holdSweep(Holds holds, SpendingSettings settings) {
        return Watch.steady("hold-sweep", settings.holdSweepInterval(), holds::expireDue);
    }

    @Bean
    Stops stops(JdbcIncidents incidents) {
        return new Stops(incidents);
    }

    @Bean
    JdbcIncidents jdbcIncidents(DataSource dataSource) {
        return new JdbcIncidents(dataSource);
    }
}
