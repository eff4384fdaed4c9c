package dev.aicredits.hosting;

import dev.aicredits.audit.AuditedChanges;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Hosted servers and plans. */
@Configuration(proxyBeanMethods = false)
@Import({
    ServerController.class,
    PlanController.class,
    OperatorPlanController.class,
    ServerPages.class,
    OperatorPlanPages.class
})
public class HostingConfiguration {

    @Bean
    JdbcServers jdbcServers(DataSource dataSource) {
        return new JdbcServers(dataSource);
    }

    @Bean
    JdbcPlans jdbcPlans(DataSource dataSource) {
        return new JdbcPlans(dataSource);
    }

    @Bean
    Servers servers(JdbcServers servers, JdbcPlans plans, AuditedChanges changes, Clock clock) {
        return new Servers(servers, plans, changes, clock);
    }

    @Bean
    Plans plans(JdbcPlans plans, AuditedChanges changes, Clock clock) {
        return new Plans(plans, changes, clock);
    }
}
