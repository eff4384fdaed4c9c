package dev.aicredits.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.aicredits.testkit.Patience;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Status;

/** Nothing of an event's key or value is logged, however it fails. */
class LogsTest {

    private static final String CANARY = "canary-of-a-person";

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            IThrowableProxy failure = event.getThrowableProxy();
            lines.add(event.getFormattedMessage()
                    + event.getKeyValuePairs()
                    + (failure == null ? "" : ThrowableProxyUtil.asString(failure)));
        }
    };

    /** From when a context is there: its start resets what was attached before. */
    private void listen() {
        appender.start();
        root.addAppender(appender);
    }

    @AfterEach
    void detach() {
        root.detachAppender(appender);
    }

    @Test
    void aDeadLetterThatCannotBeSentIsNotLogged() {
        try (UsageSystem system = UsageSystem.create(1)) {
            system.setMessageBytesMax(system.deadLetterTopic(), 80);
            RunningConsumer consumer = system.start("aicredits.usage-consumer.back-off-max=200ms");
            listen();
            try (UsageProducer producer = system.producer()) {
                producer.send(null, bytes(), bytes(), Map.of()).flush();
            }
            Patience.awaitTrue("it failed twice", () -> consumer.count("aicredits.usage.failures") >= 2);
        }

        assertThat(lines)
                .anyMatch(line -> line.startsWith("records failed"))
                .as("one line a batch, none a record")
                .noneMatch(line -> line.contains("Exception thrown when sending"));
        assertNoCanary();
    }

    @Test
    void aRowThatTheDatabaseRefusesIsNotLogged() {
        try (UsageSystem system = UsageSystem.create(1)) {
            system.open("org_a");
            system.superuser()
                    .sql("ALTER TABLE external_user ADD CONSTRAINT none CHECK (length(public_id) < 2)")
                    .update();
            RunningConsumer consumer = system.start();
            listen();
            try (UsageProducer producer = system.producer()) {
                producer.send(TestUsage.of("org_a", "ag_a").withExternalUser(CANARY))
                        .flush();
            }
            Patience.awaitTrue("health is down", () -> consumer.health().equals(Status.DOWN));
        }

        assertThat(lines).anyMatch(line -> line.startsWith("the consumer stops"));
        assertNoCanary();
    }

    private void assertNoCanary() {
        String inNumbers = Arrays.toString(bytes()).replaceAll("[\\[\\]]", "");
        assertThat(lines).noneMatch(line -> line.contains(CANARY) || line.contains(inNumbers));
    }

    private static byte[] bytes() {
        return CANARY.getBytes(StandardCharsets.UTF_8);
    }
}
