package dev.aicredits.apikey;

import dev.aicredits.access.KeyHashes;
import dev.aicredits.audit.AuditedChanges;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** API keys. */
@Configuration(proxyBeanMethods = false)
@Import({ApiKeyController.class, ApiKeyPages.class})
public class ApiKeyConfiguration {

    @Bean
    ApiKeys apiKeys(DataSource dataSource, AuditedChanges changes, KeyHashes hashes, Clock clock) {
        return new ApiKeys(new JdbcApiKeys(dataSource), changes, hashes, clock);
    }
}
