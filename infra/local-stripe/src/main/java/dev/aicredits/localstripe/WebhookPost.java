package dev.aicredits.localstripe;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import tools.jackson.databind.node.ObjectNode;

/** Sends an event to an endpoint once. */
final class WebhookPost {
    private static final int SUCCESS = 200;
    private static final int REDIRECTION = 300;

    private final HttpClient http;
    private final Duration timeout;
    private final Clock clock;

    WebhookPost(Executor executor, Duration timeout, Clock clock) {
        // Stripe takes a redirection for a failure.
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .executor(executor)
                .build();
        this.timeout = timeout;
        this.clock = clock;
    }

    /** Completes with whether the endpoint took it: an answer of 2xx in time. */
    CompletableFuture<Boolean> send(ObjectNode event, WebhookEndpoint endpoint) {
        String payload = Json.write(event);
        String signature = WebhookSignature.header(payload, clock.instant().getEpochSecond(), endpoint.secrets());
        HttpRequest request = HttpRequest.newBuilder(endpoint.url())
                .timeout(timeout)
                .header("Content-Type", "application/json; charset=utf-8")
                .header("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
                .header("Stripe-Signature", signature)
                .POST(HttpRequest.BodyPublishers.ofString(payload))
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .handle((response, failure) ->
                        failure == null && response.statusCode() >= SUCCESS && response.statusCode() < REDIRECTION);
    }
}
