package dev.aicredits.enforcer;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;

/**
 * Which organizations this process enforces: those whose hints come through the partitions that the group gave it.
 *
 * <p>A partition starts at its end, and its organizations are looked at whole: that costs as much as there are budgets, not
 * as many hints as came while nobody read them. That is also why it may take the place of the listener that repeats
 * refused commits: a partition that was given up is never read on from its committed offset.
 */
final class Ownership implements ConsumerAwareRebalanceListener {

    private final Progress progress;
    private final Runnable assigned;
    private final Set<Integer> owned = new HashSet<>();
    private int partitions;

    /** Runs {@code assigned} whenever partitions came. */
    Ownership(Progress progress, Runnable assigned) {
        this.progress = progress;
        this.assigned = assigned;
    }

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> added) {
        if (added.isEmpty()) {
            return;
        }
        consumer.seekToEnd(added);
        // The end is asked for now: hints of what is not yet committed when the organizations are looked at come after
        // it.
        added.forEach(consumer::position);
        int count = consumer.partitionsFor(added.iterator().next().topic()).size();
        synchronized (this) {
            partitions = count;
            added.forEach(partition -> owned.add(partition.partition()));
        }
        progress.forget(organization -> belongsTo(organization, added, count));
        assigned.run();
    }

    @Override
    public void onPartitionsRevokedBeforeCommit(Consumer<?, ?> consumer, Collection<TopicPartition> removed) {
        remove(removed);
    }

    @Override
    public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> removed) {
        remove(removed);
    }

    private void remove(Collection<TopicPartition> removed) {
        int count;
        synchronized (this) {
            count = partitions;
            removed.forEach(partition -> owned.remove(partition.partition()));
        }
        if (count > 0) {
            progress.forget(organization -> belongsTo(organization, removed, count));
        }
    }

    synchronized boolean owns(String organizationId) {
        return partitions > 0 && owned.contains(partition(organizationId, partitions));
    }

    private static boolean belongsTo(String organizationId, Collection<TopicPartition> some, int count) {
        int partition = partition(organizationId, count);
        return some.stream().anyMatch(one -> one.partition() == partition);
    }

    /** Where Kafka's producers put a key. */
    private static int partition(String key, int count) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % count;
    }
}
