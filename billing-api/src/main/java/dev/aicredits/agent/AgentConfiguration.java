package dev.aicredits.agent;

import dev.aicredits.credits.RecentCalls;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Agents and their usage. */
@Configuration(proxyBeanMethods = false)
@Import({AgentController.class, AgentPages.class})
public class AgentConfiguration {

    @Bean
    JdbcAgents jdbcAgents(DataSource dataSource) {
        return new JdbcAgents(dataSource);
    }

    @Bean
    AgentUsageReader agentUsageReader(JdbcAgents agents, RecentCalls recentCalls, Clock clock) {
        return new AgentUsageReader(agents, recentCalls, clock);
    }
}
