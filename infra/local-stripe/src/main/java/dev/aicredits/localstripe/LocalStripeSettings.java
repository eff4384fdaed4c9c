package dev.aicredits.localstripe;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;

/**
 * How a local Stripe is started.
 *
 * @param port on loopback; 0 takes a free one
 * @param apiKey the one key that is accepted, in Stripe's form {@code sk_test_...}
 * @param endpoints where events are sent, each to all of them
 * @param retrySchedule the waits before the second and every further attempt to deliver an event; after the last it is
 *     given up, and the event stays undelivered
 * @param webhookTimeout how long an endpoint may take to answer
 * @param dataSource a database of its own or one to share: it keeps to the schema {@code local_stripe}, which it creates
 * @param clock what every timestamp is taken from; the waits between attempts are real
 */
public record LocalStripeSettings(
        int port,
        String apiKey,
        List<WebhookEndpoint> endpoints,
        List<Duration> retrySchedule,
        Duration webhookTimeout,
        DataSource dataSource,
        Clock clock) {
    /** Stripe's schedule in test mode is three tries over some hours; a test has seconds, and a person at most a minute. */
    public static final List<Duration> RETRY_SCHEDULE = List.of(
            Duration.ofMillis(500),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30));

    private static final Duration WEBHOOK_TIMEOUT = Duration.ofSeconds(10);

    public LocalStripeSettings {
        if (!apiKey.startsWith("sk_test_")) {
            throw new IllegalArgumentException("a local Stripe takes a key of the form sk_test_..., and no other");
        }
        endpoints = List.copyOf(endpoints);
        retrySchedule = List.copyOf(retrySchedule);
    }

    /** On a free port, without endpoints. */
    public static LocalStripeSettings of(String apiKey, DataSource dataSource, Clock clock) {
        return new LocalStripeSettings(0, apiKey, List.of(), RETRY_SCHEDULE, WEBHOOK_TIMEOUT, dataSource, clock);
    }

    /** The same on this port. */
    public LocalStripeSettings withPort(int port) {
        return new LocalStripeSettings(port, apiKey, endpoints, retrySchedule, webhookTimeout, dataSource, clock);
    }

    /** The same with these endpoints in place of those it had. */
    public LocalStripeSettings withEndpoints(WebhookEndpoint... endpoints) {
        return new LocalStripeSettings(
                port, apiKey, List.of(endpoints), retrySchedule, webhookTimeout, dataSource, clock);
    }

    /** The same with these waits between the attempts to deliver an event. */
    public LocalStripeSettings withRetrySchedule(Duration... waits) {
        return new LocalStripeSettings(port, apiKey, endpoints, List.of(waits), webhookTimeout, dataSource, clock);
    }

    /** The same with this limit on an endpoint's answer. */
    public LocalStripeSettings withWebhookTimeout(Duration timeout) {
        return new LocalStripeSettings(port, apiKey, endpoints, retrySchedule, timeout, dataSource, clock);
    }

    /** Without the key: settings are logged. */
    @Override
    public String toString() {
        return "LocalStripeSettings[port=" + port + ", endpoints=" + endpoints + ", retrySchedule=" + retrySchedule
                + "]";
    }
}
