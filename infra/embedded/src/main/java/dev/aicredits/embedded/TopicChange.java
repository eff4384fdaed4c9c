package dev.aicredits.embedded;

import java.util.Map;

/** Something that {@link Topics#apply} changed on the broker. */
public sealed interface TopicChange {
    /** The topic's name. */
    String topic();

    /** It was absent. */
    record Created(String topic, int partitions) implements TopicChange {}

    /** It had fewer partitions. */
    record Grown(String topic, int partitionsBefore, int partitions) implements TopicChange {}

    /** It had other values; {@code config} has what they are now. */
    record Configured(String topic, Map<String, String> config) implements TopicChange {}
}
