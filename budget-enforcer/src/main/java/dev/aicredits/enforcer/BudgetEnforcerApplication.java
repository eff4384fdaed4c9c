package dev.aicredits.enforcer;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** The budget enforcer as a process of its own, against a broker and a database that are there. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(BudgetEnforcerConfiguration.class)
public class BudgetEnforcerApplication {

    /** Starts it; settings as Spring Boot takes them (environment, arguments, files). */
    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(BudgetEnforcerApplication.class);
        application.setDefaultProperties(Map.of("spring.config.name", "application,budget-enforcer"));
        application.run(args);
    }
}
