package dev.aicredits.consumer;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** The usage consumer as a process of its own, against a broker and a database that are there. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(UsageConsumerConfiguration.class)
public class UsageConsumerApplication {

    /** Starts it; settings as Spring Boot takes them (environment, arguments, files). */
    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(UsageConsumerApplication.class);
        application.setDefaultProperties(Map.of("spring.config.name", "application,usage-consumer"));
        application.run(args);
    }
}
