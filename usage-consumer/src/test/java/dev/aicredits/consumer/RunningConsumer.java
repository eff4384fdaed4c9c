package dev.aicredits.consumer;

import dev.aicredits.messaging.ContainerHealth;
import dev.aicredits.testkit.RunningApplication;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.springframework.boot.health.contributor.Status;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** The usage consumer's application, whole, in this JVM. */
final class RunningConsumer implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final RunningApplication application;

    private RunningConsumer(RunningApplication application) {
        this.application = application;
    }

    static RunningConsumer start(Map<String, String> settings, String... overrides) {
        return start(UsageConsumerApplication.class, settings, overrides);
    }

    /** Starts {@code application}, which is the consumer's or imports it. */
    static RunningConsumer start(Class<?> application, Map<String, String> settings, String... overrides) {
        return new RunningConsumer(RunningApplication.start(application, "usage-consumer", settings, overrides));
    }

    ConcurrentMessageListenerContainer<?, ?> container() {
        return application.bean(ConcurrentMessageListenerContainer.class);
    }

    /** What the consumer's own health indicator says. */
    Status health() {
        return application.bean(ContainerHealth.class).health().getStatus();
    }

    <T> T bean(Class<T> type) {
        return application.bean(type);
    }

    /** What a GET of that path answers. */
    int httpStatus(String path) throws IOException, InterruptedException {
        HttpRequest get = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + application.port() + path))
                .build();
        return HTTP.send(get, BodyHandlers.discarding()).statusCode();
    }

    /** The sum of the counters of that name and those tags. */
    long count(String name, String... tags) {
        return (long) application.bean(MeterRegistry.class).find(name).tags(tags).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    /** How many times the timer of that name has stopped. */
    long timed(String name) {
        return application.bean(MeterRegistry.class).get(name).timer().count();
    }

    /** As the process does at SIGTERM. */
    @Override
    public void close() {
        application.close();
    }
}
