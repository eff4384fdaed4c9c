package dev.aicredits.api;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** The REST API as a process of its own, against a database. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(BillingApiConfiguration.class)
public class BillingApiApplication {

    /** Starts it; settings as Spring Boot takes them (environment, arguments, files). */
    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(BillingApiApplication.class);
        application.setDefaultProperties(Map.of("spring.config.name", "application,billing-api"));
        application.run(args);
    }
}
