package dev.aicredits.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.BatchMessageListener;

class CommitFailuresTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger(CommitFailures.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(lines);
    }

    @Test
    void aCommitThatFailedIsCountedAndSaidInALine() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        OffsetCommitCallback callback = TopicConsumers.container(
                        TestConsumer.of("usage"),
                        new DefaultKafkaConsumerFactory<>(Map.of()),
                        (BatchMessageListener<byte[], byte[]>) records -> {},
                        registry)
                .getContainerProperties()
                .getCommitCallback();

        callback.onComplete(Map.of(), null);
        assertThat(failures(registry)).isZero();
        assertThat(lines.list).isEmpty();
        callback.onComplete(Map.of(), new CommitFailedException("not a payload"));

        assertThat(failures(registry)).isOne();
        assertThat(lines.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(line.getKeyValuePairs())
                    .extracting(Object::toString)
                    .containsExactly("topic=\"usage\"", "group=\"usage-group\"", "cause=\"CommitFailedException\"");
            assertThat(line.getThrowableProxy()).isNull();
        });
    }

    private static double failures(SimpleMeterRegistry registry) {
        return registry.get("aicredits.topic.commit.failures")
                .tags("topic", "usage", "group", "usage-group")
                .counter()
                .count();
    }
}
