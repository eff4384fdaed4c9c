package dev.aicredits.embedded;

import dev.aicredits.embedded.TopicChange.Configured;
import dev.aicredits.embedded.TopicChange.Created;
import dev.aicredits.embedded.TopicChange.Grown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Brings a cluster's topics to what the declaration says: creates, grows and configures, and never deletes or shrinks.
 *
 * <p>Applying again changes nothing.
 */
public final class Topics {
    private static final Duration LEADERS_MAX = Duration.ofSeconds(30);
    private static final Duration LEADERS_POLL = Duration.ofMillis(20);

    private final Admin admin;
    private final short replicationFactor;

    private Topics(Admin admin, short replicationFactor) {
        this.admin = admin;
        this.replicationFactor = replicationFactor;
    }

    /**
     * Applies {@code declarations} and returns what changed, in their order; empty if all was as declared.
     *
     * @param replicationFactor for topics that are created; 1 on a single broker
     * @throws IllegalStateException if the cluster refuses a change
     */
    public static List<TopicChange> apply(Admin admin, List<TopicDeclaration> declarations, int replicationFactor) {
        Topics topics = new Topics(admin, (short) replicationFactor);
        List<TopicChange> changes = new ArrayList<>();
        Set<String> existing = get(admin.listTopics().names());
        for (TopicDeclaration declaration : declarations) {
            if (existing.contains(declaration.name()) || !topics.create(declaration)) {
                topics.grow(declaration, changes);
                topics.configure(declaration, changes);
            } else {
                changes.add(new Created(declaration.name(), declaration.partitions()));
            }
        }
        for (TopicDeclaration declaration : declarations) {
            awaitLeaders(admin, declaration.name(), declaration.partitions());
        }
        return List.copyOf(changes);
    }

    /**
     * Returns once {@code topic} has at least {@code partitions} partitions, each with a leader. The controller confirms a
     * new topic before its brokers know it.
     *
     * @throws IllegalStateException if that takes more than 30 seconds
     */
    public static void awaitLeaders(Admin admin, String topic, int partitions) {
        long deadline = System.nanoTime() + LEADERS_MAX.toNanos();
        while (!hasLeaders(admin, topic, partitions)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("topic " + topic + " has no leaders after " + LEADERS_MAX);
            }
            try {
                Thread.sleep(LEADERS_POLL.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for topic " + topic, e);
            }
        }
    }

    private static boolean hasLeaders(Admin admin, String topic, int partitions) {
        try {
            return describe(admin, topic).stream()
                    .allMatch(description -> description.partitions().size() >= partitions
                            && description.partitions().stream().allMatch(Topics::hasLeader));
        } catch (IllegalStateException e) {
            if (e.getCause() instanceof RetriableException) {
                return false;
            }
            throw e;
        }
    }

    private static boolean hasLeader(TopicPartitionInfo partition) {
        return partition.leader() != null && !partition.leader().isEmpty();
    }

    private static Collection<TopicDescription> describe(Admin admin, String topic) {
        return get(admin.describeTopics(List.of(topic)).allTopicNames()).values();
    }

    private boolean create(TopicDeclaration declaration) {
        NewTopic topic = new NewTopic(declaration.name(), declaration.partitions(), replicationFactor)
                .configs(declaration.config());
        try {
            get(admin.createTopics(List.of(topic)).all());
            return true;
        } catch (IllegalStateException e) {
            if (e.getCause() instanceof TopicExistsException) {
                // Another process applies the same declaration.
                return false;
            }
            throw e;
        }
    }

    private void grow(TopicDeclaration declaration, List<TopicChange> changes) {
        for (TopicDescription topic : describe(admin, declaration.name())) {
            int before = topic.partitions().size();
            if (before < declaration.partitions()) {
                get(admin.createPartitions(
                                Map.of(declaration.name(), NewPartitions.increaseTo(declaration.partitions())))
                        .all());
                changes.add(new Grown(declaration.name(), before, declaration.partitions()));
            }
        }
    }

    private void configure(TopicDeclaration declaration, List<TopicChange> changes) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, declaration.name());
        Map<ConfigResource, Config> configs =
                get(admin.describeConfigs(List.of(resource)).all());
        Map<String, String> present = configs.values().stream()
                .flatMap(config -> config.entries().stream())
                .filter(entry -> entry.value() != null)
                .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
        Map<String, String> different = new TreeMap<>(declaration.config());
        different.entrySet().removeIf(wanted -> wanted.getValue().equals(present.get(wanted.getKey())));
        if (!different.isEmpty()) {
            List<AlterConfigOp> operations = different.entrySet().stream()
                    .map(wanted -> new ConfigEntry(wanted.getKey(), wanted.getValue()))
                    .map(entry -> new AlterConfigOp(entry, AlterConfigOp.OpType.SET))
                    .toList();
            get(admin.incrementalAlterConfigs(Map.of(resource, operations)).all());
            changes.add(new Configured(declaration.name(), Map.copyOf(different)));
        }
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the cluster refuses: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the cluster", e);
        }
    }
}
