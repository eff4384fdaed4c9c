package dev.aicredits.messaging;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts commits of offsets that failed, and says so. Nothing is done about one: a later commit covers it, and what is read again
 * without it is known already.
 */
final class CommitFailures implements OffsetCommitCallback {

    private static final Logger log = LoggerFactory.getLogger(CommitFailures.class);

    private final ConsumerSettings settings;
    private final Counter failures;

    CommitFailures(ConsumerSettings settings, MeterRegistry registry) {
        this.settings = settings;
        this.failures = Counter.builder("aicredits.topic.commit.failures")
                .description("Commits of offsets that failed")
                .tag("topic", settings.topic())
                .tag("group", settings.groupId())
                .register(registry);
    }

    @Override
    public void onComplete(Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable Exception failure) {
        if (failure == null) {
            return;
        }
        failures.increment();
        log.atWarn()
                .addKeyValue("topic", settings.topic())
                .addKeyValue("group", settings.groupId())
                .addKeyValue("cause", failure.getClass().getSimpleName())
                .log("offsets could not be committed; the next commit covers them");
    }
}
