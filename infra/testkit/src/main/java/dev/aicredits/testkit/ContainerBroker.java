package dev.aicredits.testkit;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.utils.AppInfoParser;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** A Kafka broker in a container, of the version of the client on the class path. */
final class ContainerBroker implements DisposableBroker {
    private static final int PORT = 9092;
    private static final Duration RESTART_MAX = Duration.ofSeconds(60);

    private final KafkaContainer container;

    ContainerBroker(Map<String, String> properties) {
        // Not kafka-native: it lacks some of the compression codecs.
        container = new KafkaContainer(DockerImageName.parse("apache/kafka:" + AppInfoParser.getVersion()));
        set("auto.create.topics.enable", "false");
        set("message.max.bytes", "8388608");
        properties.forEach(this::set);
        Containers.publish(container, PORT);
        container.start();
    }

    /** The image takes a property as an environment variable. */
    private void set(String property, String value) {
        container.addEnv("KAFKA_" + property.toUpperCase(Locale.ROOT).replace('.', '_'), value);
    }

    @Override
    public String bootstrapServers() {
        return container.getBootstrapServers();
    }

    @Override
    public void kill() {
        Containers.kill(container);
    }

    @Override
    public void start() {
        Containers.restart(container, RESTART_MAX, this::answers);
    }

    private boolean answers() {
        try (Admin admin = admin()) {
            return !admin.describeCluster().nodes().get(2, TimeUnit.SECONDS).isEmpty();
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the broker started", e);
        }
    }

    @Override
    public void close() {
        container.stop();
    }
}
