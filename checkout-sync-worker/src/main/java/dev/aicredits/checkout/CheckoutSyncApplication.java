package dev.aicredits.checkout;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** The checkout worker as a process of its own, against a broker, a database and Stripe. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(CheckoutSyncConfiguration.class)
public class CheckoutSyncApplication {

    /** Starts it; settings as Spring Boot takes them (environment, arguments, files). */
    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(CheckoutSyncApplication.class);
        application.setDefaultProperties(Map.of("spring.config.name", "application,checkout-sync-worker"));
        application.run(args);
    }
}
