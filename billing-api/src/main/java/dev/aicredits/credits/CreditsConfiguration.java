package dev.aicredits.credits;

import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Credits and their ledger. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CreditsSettings.class)
@Import({SummaryController.class, LedgerController.class, BillingPages.class})
public class CreditsConfiguration {

    @Bean
    JdbcEntries jdbcEntries(DataSource dataSource) {
        return new JdbcEntries(dataSource);
    }

    @Bean
    RecentCalls recentCalls(JdbcEntries entries) {
        return new RecentCalls(entries);
    }

    @Bean
    SummaryReader summaryReader(DataSource dataSource, CreditsSettings settings, Clock clock) {
        return new SummaryReader(new JdbcSummary(dataSource), settings, clock);
    }
}
