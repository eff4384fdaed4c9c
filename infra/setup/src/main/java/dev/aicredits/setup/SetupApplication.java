package dev.aicredits.setup;

import dev.aicredits.embedded.TopicFile;
import dev.aicredits.embedded.Topics;
import dev.aicredits.schema.JdbcRoles;
import dev.aicredits.schema.LedgerDatabase;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;

/**
 * Brings a database and a cluster to what this build ships, and ends: the roles, the schema and the rate cards, then the
 * topics. Safe to repeat, and from several at once. Exit code 1, and nothing half done in the schema, if something fails.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableConfigurationProperties({SetupSettings.class, KafkaProperties.class})
public class SetupApplication {
    private static final Logger LOG = LoggerFactory.getLogger(SetupApplication.class);

    /** Does it; settings as Spring Boot takes them (environment, arguments, files). */
    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(SetupApplication.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setDefaultProperties(Map.of("spring.config.name", "application,setup"));
        application.run(args).close();
    }

    @Bean
    CommandLineRunner setup(SetupSettings settings, KafkaProperties kafka) {
        return arguments -> {
            database(settings);
            topics(settings, kafka);
        };
    }

    private static void database(SetupSettings settings) {
        DataSource owner = dataSource(settings, LedgerDatabase.OWNER_ROLE, settings.ownerPassword());
        if (settings.makesRoles()) {
            DataSource superuser = dataSource(settings, settings.superuser(), settings.superuserPassword());
            LedgerDatabase.create(
                    superuser,
                    new JdbcRoles.Passwords(
                            settings.ownerPassword(), settings.appPassword(), settings.readerPassword()),
                    owner);
            LOG.info("roles made, schema migrated, rate cards published");
        } else {
            LedgerDatabase.migrate(owner);
            LOG.info("schema migrated, rate cards published");
        }
    }

    private static void topics(SetupSettings settings, KafkaProperties kafka) {
        try (Admin admin = Admin.create(kafka.buildAdminProperties())) {
            LOG.info(
                    "topics created or changed: {}",
                    Topics.apply(admin, TopicFile.packaged(), settings.replicationFactor()));
        }
    }

    private static DataSource dataSource(SetupSettings settings, String role, String password) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(settings.databaseUrl());
        dataSource.setUser(role);
        dataSource.setPassword(password);
        return dataSource;
    }
}
