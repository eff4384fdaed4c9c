package dev.aicredits.embedded;

import java.util.Map;

/**
 * A topic as {@code topics.yaml} wants it to be.
 *
 * @param name the topic's name
 * @param partitions how many partitions it has at least; more are left alone
 * @param config topic configuration by Kafka's names; what isn't named keeps its value
 */
public record TopicDeclaration(String name, int partitions, Map<String, String> config) {
    public TopicDeclaration {
        if (partitions < 1) {
            throw new IllegalArgumentException("topic " + name + " needs at least one partition");
        }
        config = Map.copyOf(config);
    }
}
