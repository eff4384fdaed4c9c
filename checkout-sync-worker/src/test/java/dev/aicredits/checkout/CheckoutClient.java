package dev.aicredits.checkout;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What clients, browsers and Stripe send to the worker. */
final class CheckoutClient {

    /** An answer, and its body where that is JSON. */
    record Answer(int status, String body, HttpResponse<String> response) {
        JsonNode json() {
            return JSON.readTree(body);
        }

        String text(String member) {
            return json().path(member).asString();
        }
    }

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String baseUrl;
    private final String key;

    CheckoutClient(String baseUrl, String key) {
        this.baseUrl = baseUrl;
        this.key = key;
    }

    Answer start(String organizationId, String usd, String... headers) {
        return startWith(organizationId, "{\"creditAmountUsd\": " + usd + "}", headers);
    }

    Answer startWith(String organizationId, String body, String... headers) {
        return send(withKey(request(sessions(organizationId)), headers).POST(BodyPublishers.ofString(body)));
    }

    Answer startPlan(String organizationId, String planKey, String... headers) {
        return startPlanWith(organizationId, "{\"planKey\": \"" + planKey + "\"}", headers);
    }

    Answer startPlanWith(String organizationId, String body, String... headers) {
        return send(withKey(request(planSessions(organizationId)), headers).POST(BodyPublishers.ofString(body)));
    }

    Answer planStatus(String organizationId, String sessionId) {
        return send(withKey(request(planSessions(organizationId) + "/" + sessionId + "/status")));
    }

    Answer syncPlan(String organizationId, String sessionId) {
        return send(withKey(request(planSessions(organizationId) + "/" + sessionId + "/sync"))
                .POST(BodyPublishers.noBody()));
    }

    Answer status(String organizationId, String sessionId) {
        return send(withKey(request(sessions(organizationId) + "/" + sessionId + "/status")));
    }

    Answer sync(String organizationId, String sessionId) {
        return send(withKey(request(sessions(organizationId) + "/" + sessionId + "/sync"))
                .POST(BodyPublishers.noBody()));
    }

    Answer returnPage(String sessionId) {
        return send(request("/api/v1/checkout/return?session_id=" + sessionId));
    }

    /** As Stripe sends it, signed now. */
    Answer webhook(byte[] body) {
        return webhook(
                body,
                SignedBody.header(CheckoutSystem.WEBHOOK_SECRET, Instant.now().getEpochSecond(), body));
    }

    Answer webhook(String body) {
        return webhook(body.getBytes(StandardCharsets.UTF_8));
    }

    Answer webhook(byte[] body, String... signatures) {
        HttpRequest.Builder request =
                request("/api/v1/webhooks/stripe").header("Content-Type", "application/json; charset=utf-8");
        for (String signature : signatures) {
            request.header("Stripe-Signature", signature);
        }
        return send(request.POST(BodyPublishers.ofByteArray(body)));
    }

    Answer get(String path) {
        return send(request(path));
    }

    Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body(), response);
        } catch (IOException e) {
            throw new IllegalStateException("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(baseUrl + path)).timeout(PATIENCE);
    }

    /** With the operator's key, which is the same. */
    HttpRequest.Builder asOperator(String path) {
        return withKey(request(path));
    }

    static String planSessions(String organizationId) {
        return "/api/v1/organizations/" + organizationId + "/mcp-hosting/billing/checkout-session";
    }

    static String sessions(String organizationId) {
        return "/api/v1/organizations/" + organizationId + "/ai-credits/checkout-session";
    }

    private HttpRequest.Builder withKey(HttpRequest.Builder request, String... headers) {
        request.header("Authorization", "Bearer " + key);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request;
    }
}
