package dev.aicredits.bench;

import dev.aicredits.consumer.UsageConsumerConfiguration;
import dev.aicredits.ledger.Ledger;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;

/** The usage consumer with {@link NaiveLedger} behind it. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(UsageConsumerConfiguration.class)
public class NaiveConsumerApplication {

    /** Starts it, with the usage consumer's settings. */
    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(NaiveConsumerApplication.class);
        application.setDefaultProperties(Map.of("spring.config.name", "application,usage-consumer"));
        application.run(args);
    }

    @Bean
    @Primary
    Ledger naiveLedger(DataSource dataSource) {
        return new NaiveLedger(dataSource);
    }
}
