package dev.aicredits.operations;

import dev.aicredits.messaging.Publisher;
import dev.aicredits.messaging.TopicProducers;
import dev.aicredits.messaging.TopicReads;
import dev.aicredits.messaging.TopicStates;
import dev.aicredits.problem.ProblemException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.kafka.core.ProducerFactory;

/**
 * The broker, for operators. Nothing connects before it is asked for, so that the API starts and serves without a broker; a
 * broker that does not answer is {@link OperationsProblem#BROKER_UNAVAILABLE}.
 */
final class OperatorBroker implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OperatorBroker.class);

    private final KafkaProperties kafka;
    private final Duration timeout;

    private @Nullable Admin admin;
    private @Nullable ProducerFactory<byte[], byte[]> producers;

    OperatorBroker(KafkaProperties kafka, Duration timeout) {
        this.kafka = kafka;
        this.timeout = timeout;
    }

    /** Asks how topics stand. */
    <T> T states(Function<TopicStates, T> question) {
        return answered(() -> question.apply(new TopicStates(admin(), () -> TopicReads.open(kafka, timeout), timeout)));
    }

    /** Looks into topics. */
    <T> T reads(Function<TopicReads, T> look) {
        return answered(() -> {
            try (TopicReads reads = TopicReads.open(kafka, timeout)) {
                return look.apply(reads);
            }
        });
    }

    /** What sends to topics. */
    Publisher publisher() {
        return new Publisher(TopicProducers.template(producers()), timeout);
    }

    private static <T> T answered(Supplier<T> question) {
        try {
            return question.get();
        } catch (org.apache.kafka.common.KafkaException | org.springframework.kafka.KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            log.atWarn()
                    .addKeyValue("cause", cause.getClass().getSimpleName())
                    .log("the broker did not answer a question about topics");
            throw new ProblemException(OperationsProblem.BROKER_UNAVAILABLE);
        }
    }

    private synchronized Admin admin() {
        if (admin == null) {
            Map<String, Object> config = kafka.buildAdminProperties();
            int timeoutMs = Math.toIntExact(timeout.toMillis());
            config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs);
            config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs);
            admin = Admin.create(config);
        }
        return admin;
    }

    private synchronized ProducerFactory<byte[], byte[]> producers() {
        if (producers == null) {
            producers = TopicProducers.ofLetters(kafka, timeout, Map.of());
        }
        return producers;
    }

    @Override
    public synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
        if (producers != null) {
            producers.reset();
        }
    }
}
