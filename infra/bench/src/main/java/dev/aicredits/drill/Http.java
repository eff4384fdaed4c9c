package dev.aicredits.drill;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls to services that may be away. */
final class Http {

    /** An answer; status 0 is none: nobody listens, or the connection was closed. */
    record Answer(int status, String body) {

        JsonNode json() {
            return JSON.readTree(body);
        }
    }

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private Http() {}

    static Answer get(String url, String key) {
        return send(HttpRequest.newBuilder(URI.create(url)).header("X-API-Key", key));
    }

    static Answer post(String url, String key, String contentType, String body, String idempotencyKey) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .header("X-API-Key", key)
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofString(body));
        if (!idempotencyKey.isEmpty()) {
            request.header("Idempotency-Key", idempotencyKey);
        }
        return send(request);
    }

    /** The health of a service, or of one group of it such as {@code /readiness}: UP, DOWN, or "" if nobody answers. */
    static String health(ServiceProcess service, String group) {
        Answer answer = send(HttpRequest.newBuilder(URI.create(service.url() + "/actuator/health" + group)));
        return answer.status() == 0 ? "" : answer.json().path("status").asString("");
    }

    /** The sum of a metric's series that have all of these labels, such as {@code topic="agent.usage.v1"}. */
    static OptionalDouble metric(ServiceProcess service, String name, String... labels) {
        Answer answer = send(HttpRequest.newBuilder(URI.create(service.url() + "/actuator/prometheus")));
        if (answer.status() != 200) {
            return OptionalDouble.empty();
        }
        double[] values = answer.body()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> {
                    for (String label : labels) {
                        if (!line.contains(label)) {
                            return false;
                        }
                    }
                    return true;
                })
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .toArray();
        return values.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(java.util.Arrays.stream(values).sum());
    }

    private static Answer send(HttpRequest.Builder request) {
        try {
            var answer = CLIENT.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        } catch (IOException e) {
            return new Answer(0, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
