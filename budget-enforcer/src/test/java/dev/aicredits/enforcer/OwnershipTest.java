package dev.aicredits.enforcer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class OwnershipTest {

    private static final String TOPIC = "ledger";
    private static final int PARTITIONS = 12;

    private final AtomicInteger assignments = new AtomicInteger();
    private final Ownership ownership = new Ownership(new Progress(), assignments::incrementAndGet);

    @Test
    void anOrganizationBelongsToWhoHasThePartitionItsHintsAreSentTo() {
        try (MockConsumer<byte[], byte[]> consumer = consumer()) {
            for (int i = 0; i < 500; i++) {
                assertThat(ownership.owns("org_" + i)).isFalse();
            }

            ownership.onPartitionsAssigned(consumer, List.of(partition(3), partition(7)));
            for (int i = 0; i < 500; i++) {
                int sentTo =
                        BuiltInPartitioner.partitionForKey(("org_" + i).getBytes(StandardCharsets.UTF_8), PARTITIONS);
                assertThat(ownership.owns("org_" + i)).isEqualTo(sentTo == 3 || sentTo == 7);
            }
            assertThat(assignments).hasValue(1);
            assertThat(consumer.position(partition(3))).isEqualTo(42);

            ownership.onPartitionsRevokedBeforeCommit(consumer, List.of(partition(3)));
            for (int i = 0; i < 500; i++) {
                int sentTo =
                        BuiltInPartitioner.partitionForKey(("org_" + i).getBytes(StandardCharsets.UTF_8), PARTITIONS);
                assertThat(ownership.owns("org_" + i)).isEqualTo(sentTo == 7);
            }
        }
    }

    private static MockConsumer<byte[], byte[]> consumer() {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
        List<PartitionInfo> infos = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            infos.add(new PartitionInfo(TOPIC, i, Node.noNode(), new Node[0], new Node[0]));
        }
        consumer.updatePartitions(TOPIC, infos);
        consumer.assign(List.of(partition(3), partition(7)));
        consumer.updateEndOffsets(Map.of(partition(3), 42L, partition(7), 0L));
        return consumer;
    }

    private static TopicPartition partition(int number) {
        return new TopicPartition(TOPIC, number);
    }
}
