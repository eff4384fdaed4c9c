package dev.aicredits.setup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aicredits.access.AccessSettings;
import dev.aicredits.messaging.ConsumerSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.FileSystemResource;

/**
 * The settings of a service with a file mounted as {@code /app/config/application.yaml} and secrets as files, loaded and
 * bound by Spring Boot as it does when the service starts. What the service does not know, or refuses, is an error.
 */
final class MountedSettings implements AutoCloseable {
    /** Where the settings file is, in an image. */
    static final String FILE = "/app/config/application.yaml";

    /** Where secrets are. */
    static final String SECRETS = "/run/secrets";

    private static final String IMPORT = "configtree:" + SECRETS + "/";
    private static final Set<String> SPRINGS = springs();

    private final DeployedService service;
    private final AnnotationConfigApplicationContext context;

    private MountedSettings(DeployedService service, AnnotationConfigApplicationContext context) {
        this.service = service;
        this.context = context;
    }

    /**
     * Loads and binds them.
     *
     * @param secrets the names of the files, each of which gets a value that nothing refuses
     * @param scratch an empty folder
     */
    static MountedSettings load(DeployedService service, Path file, Set<String> secrets, Path scratch) {
        requireKnown(service, namesIn(file));
        requireKnown(service, secrets);
        try {
            String content = Files.readString(file);
            assertThat(content).as("%s has the secrets", file).contains("import: " + IMPORT + "\n");
            Path tree = Files.createDirectories(scratch.resolve("secrets"));
            for (String secret : secrets) {
                Files.writeString(tree.resolve(secret), "placeholder-placeholder-placeholder\n");
            }
            Path config = Files.createDirectories(scratch.resolve("config"));
            Files.writeString(config.resolve("application.yaml"), content.replace(IMPORT, "configtree:" + tree + "/"));
            return new MountedSettings(service, bind(service, config));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static AnnotationConfigApplicationContext bind(DeployedService service, Path config) {
        StandardEnvironment environment = new StandardEnvironment();
        // The shell of whoever runs the tests has no say.
        environment
                .getPropertySources()
                .forEach(source -> environment.getPropertySources().remove(source.getName()));
        Map<String, Object> where = new HashMap<>();
        where.put("spring.config.name", "application," + service.serviceName());
        where.put("spring.config.location", "classpath:/,file:" + config + "/");
        environment.getPropertySources().addLast(new MapPropertySource("where", where));
        ConfigDataEnvironmentPostProcessor.applyTo(environment);
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.setEnvironment(environment);
        context.register(service.enabled());
        context.refresh();
        return context;
    }

    /** Ours are checked by binding, if their prefix is one that is bound; Spring's are in its metadata. */
    private static void requireKnown(DeployedService service, Set<String> names) {
        for (String name : names) {
            boolean known =
                    SPRINGS.contains(name) || service.prefixes().stream().anyMatch(name::startsWith);
            assertThat(known)
                    .as("%s has a setting %s", service.serviceName(), name)
                    .isTrue();
        }
    }

    private static Set<String> namesIn(Path file) {
        try {
            Set<String> names = new TreeSet<>();
            for (PropertySource<?> source :
                    new YamlPropertySourceLoader().load("mounted", new FileSystemResource(file))) {
                names.addAll(List.of(((EnumerablePropertySource<?>) source).getPropertyNames()));
            }
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> springs() {
        Set<String> names = new HashSet<>();
        ObjectMapper mapper = new ObjectMapper();
        try {
            for (URL metadata : Collections.list(MountedSettings.class
                    .getClassLoader()
                    .getResources("META-INF/spring-configuration-metadata.json"))) {
                try (InputStream stream = metadata.openStream()) {
                    for (JsonNode property : mapper.readTree(stream).path("properties")) {
                        names.add(property.path("name").asText());
                    }
                }
            }
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String property(String name) {
        return context.getEnvironment().getRequiredProperty(name);
    }

    int port() {
        return context.getEnvironment().getRequiredProperty("server.port", Integer.class);
    }

    int connectionsMax() {
        return context.getEnvironment()
                .getRequiredProperty("spring.datasource.hikari.maximum-pool-size", Integer.class);
    }

    /** Host and port of the database. */
    URI database() {
        String setting = service == DeployedService.SETUP ? "aicredits.setup.database-url" : "spring.datasource.url";
        return URI.create(property(setting).substring("jdbc:".length()));
    }

    /** Host and port of the broker. */
    URI broker() {
        return URI.create("kafka://" + property("spring.kafka.bootstrap-servers"));
    }

    /** How it reads from Kafka, if it does. */
    Optional<ConsumerSettings> consumer() {
        return context.getBeanProvider(ConsumerSettings.class).stream().findFirst();
    }

    /** Whether it takes tokens of an identity provider, whose keys it has to fetch. */
    boolean asksIdentityProvider() {
        AccessSettings access = context.getBeanProvider(AccessSettings.class).getIfAvailable();
        return access != null && !access.oidcIssuer().isEmpty();
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** The paths under which it tells how it is, by what its own settings expose. */
    List<String> healthPaths() {
        List<String> paths = new ArrayList<>();
        if (exposed().contains("health")
                && context.getEnvironment()
                        .getRequiredProperty("management.endpoint.health.probes.enabled", Boolean.class)) {
            paths.add("/actuator/health/liveness");
            paths.add("/actuator/health/readiness");
        }
        return paths;
    }

    /** What has to be UP for a group of health to be. */
    List<String> health(String group) {
        return List.of(context.getEnvironment()
                .getRequiredProperty("management.endpoint.health.group." + group + ".include", String[].class));
    }

    /** How long it waits for a connection to the database. */
    Duration connectionTimeout() {
        return Duration.ofMillis(context.getEnvironment()
                .getRequiredProperty("spring.datasource.hikari.connection-timeout", Long.class));
    }

    boolean exposesPrometheus() {
        return exposed().contains("prometheus");
    }

    private List<String> exposed() {
        return List.of(context.getEnvironment()
                .getRequiredProperty("management.endpoints.web.exposure.include", String[].class));
    }

    @Override
    public void close() {
        context.close();
    }
}
