package dev.aicredits.local;

import dev.aicredits.usage.UsageEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** How many usage events the broker has and the consumer group has not yet acknowledged. */
final class ConsumerLag implements AutoCloseable {
    private static final String GROUP = "usage-consumer";

    private final Admin admin;

    private ConsumerLag(Admin admin) {
        this.admin = admin;
    }

    static ConsumerLag open(String bootstrapServers) {
        return new ConsumerLag(Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers)));
    }

    long records() {
        String topic = UsageEvent.TOPIC;
        Map<String, TopicDescription> topics =
                get(admin.describeTopics(List.of(topic)).allTopicNames());
        Map<TopicPartition, OffsetSpec> partitions = topics.values().stream()
                .flatMap(description -> description.partitions().stream())
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
        Map<TopicPartition, OffsetAndMetadata> committed =
                get(admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata());
        Map<TopicPartition, ListOffsetsResultInfo> ends =
                get(admin.listOffsets(partitions).all());
        long lag = 0;
        for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end : ends.entrySet()) {
            OffsetAndMetadata acknowledged = committed.get(end.getKey());
            lag += end.getValue().offset() - (acknowledged == null ? 0 : acknowledged.offset());
        }
        return Math.max(0, lag);
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker does not answer", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
