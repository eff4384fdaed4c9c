package dev.aicredits.setup;

import java.util.List;

/** KEDA's scaled object, as much of it as is used here. */
record ScaledObject(String apiVersion, String kind, Metadata metadata, Spec spec) {
    record Metadata(String name) {}

    record Spec(
            Target scaleTargetRef,
            int pollingInterval,
            int cooldownPeriod,
            int minReplicaCount,
            int maxReplicaCount,
            List<Trigger> triggers) {}

    record Target(String name) {}

    record Trigger(String type, Kafka metadata) {}

    /** The values of a trigger are text, numbers too. */
    record Kafka(
            String bootstrapServers,
            String consumerGroup,
            String topic,
            String lagThreshold,
            String offsetResetPolicy) {}
}
