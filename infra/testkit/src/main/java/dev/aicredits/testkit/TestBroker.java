package dev.aicredits.testkit;

import dev.aicredits.embedded.Topics;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A Kafka broker that tests take topics from. It creates none on its own. */
public interface TestBroker {
    /** What clients take as {@code bootstrap.servers}. */
    String bootstrapServers();

    /** An admin client; the caller closes it. */
    default Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
    }

    /** Creates an empty topic that no other test has, with all leaders there, and returns its name, which begins with {@code prefix}. */
    default String createTopic(String prefix, int partitions, Map<String, String> config) {
        String name = prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
        try (Admin admin = admin()) {
            NewTopic topic = new NewTopic(name, partitions, (short) 1).configs(config);
            admin.createTopics(List.of(topic)).all().get();
            Topics.awaitLeaders(admin, name, partitions);
            return name;
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot create topic " + name, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while creating topic " + name, e);
        }
    }
}
