package dev.aicredits.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Calls the API. Redirects are not followed: the key is for the host that was named. */
final class Api {

    private static final int ANSWER_BYTES_MAX = 32 * 1024 * 1024;
    private static final long TICK_MS = 250;

    /** Shorter waits need no explanation. */
    private static final Duration QUIET = Duration.ofSeconds(2);

    /** An answer; {@code body} is null if it is not JSON, and {@link Json.Null} if there is none. */
    private record Answer(
            int status,
            @Nullable String retryAfter,
            @Nullable Json body) {}

    private final Settings settings;
    private final Limits limits;
    private final Progress progress;
    private final HttpClient http;

    Api(Settings settings, Limits limits, Progress progress) {
        this.settings = settings;
        this.limits = limits;
        this.progress = progress;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(limits.connect())
                .build();
    }

    Json get(Route route) {
        return call("GET", route, null, limits.answer());
    }

    /** Asks with a body, or without one. */
    Json send(String method, Route route, @Nullable Json body) {
        return call(method, route, body, limits.answer());
    }

    /**
     * Asks, and waits up to {@code limit} for all of the answer.
     *
     * @return {@link Json.Null} for an answer without a body
     * @throws Failure for every answer that is not 2xx, or none
     */
    Json call(String method, Route route, @Nullable Json body, Duration limit) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(settings.base() + route.toString()))
                .header("Authorization", "Bearer " + settings.key())
                .header("Accept", "application/json, application/problem+json")
                .header("User-Agent", "mcpstack");
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        request.method(
                method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(JsonText.compact(body)));
        Answer answer = exchange(request.build(), limit);
        if (answer.status() / 100 != 2) {
            throw refusal(answer);
        }
        Json value = answer.body();
        if (value == null) {
            throw new Failure(ExitCode.UNAVAILABLE, "what " + settings.base() + " answers is not JSON: is it the API?");
        }
        return value;
    }

    private Answer exchange(HttpRequest request, Duration limit) {
        long begun = System.nanoTime();
        CompletableFuture<Answer> answer =
                http.sendAsync(request, BodyHandlers.ofInputStream()).thenApplyAsync(Api::read);
        try {
            while (true) {
                try {
                    return answer.get(TICK_MS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    Duration waited = Duration.ofNanos(System.nanoTime() - begun);
                    if (waited.compareTo(limit) > 0) {
                        answer.cancel(true);
                        throw unavailable("no answer within " + limit.toSeconds() + " s from ");
                    }
                    if (waited.compareTo(QUIET) > 0) {
                        progress.show("Waiting for the answer, " + waited.toSeconds() + " s");
                    }
                }
            }
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.UNAVAILABLE, "interrupted");
        } finally {
            progress.clear();
        }
    }

    private static Answer read(HttpResponse<InputStream> response) {
        try (InputStream in = response.body()) {
            byte[] body = in.readNBytes(ANSWER_BYTES_MAX + 1);
            if (body.length > ANSWER_BYTES_MAX) {
                throw new Failure(ExitCode.UNAVAILABLE, "the answer is too large");
            }
            String retryAfter = response.headers().firstValue("Retry-After").orElse(null);
            return new Answer(response.statusCode(), retryAfter, parsed(body));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Failure failure(@Nullable Throwable thrown) {
        Throwable cause = thrown instanceof UncheckedIOException io ? io.getCause() : thrown;
        if (cause instanceof Failure failure) {
            return failure;
        }
        if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
            return unavailable("can't reach ");
        }
        return unavailable(cause instanceof SSLException ? "no secure connection to " : "no proper answer from ");
    }

    private Failure unavailable(String what) {
        return new Failure(ExitCode.UNAVAILABLE, what + settings.base());
    }

    private Failure refusal(Answer answer) {
        Json problem = answer.body() == null ? Json.Null.VALUE : answer.body();
        StringBuilder sentence = new StringBuilder();
        String message = problem.textAt("message");
        String detail = problem.textAt("detail");
        String code = problem.textAt("code");
        if (message != null || detail != null) {
            sentence.append(message != null ? message : detail);
        } else {
            sentence.append(settings.base()).append(" answered with status ").append(answer.status());
        }
        if (code != null) {
            String field = problem.textAt("field");
            String name = field != null ? field : problem.textAt("parameter");
            sentence.append(" (")
                    .append(code)
                    .append(name == null ? "" : ": " + name)
                    .append(')');
        }
        String retryAfter = answer.retryAfter();
        if (retryAfter != null && retryAfter.matches("\\d{1,6}")) {
            sentence.append(" Try again in ").append(retryAfter).append(" s.");
        }
        return new Failure(ExitCode.ofStatus(answer.status()), sentence.toString());
    }

    private static @Nullable Json parsed(byte[] body) {
        try {
            return body.length == 0 ? Json.Null.VALUE : JsonText.parse(body);
        } catch (JacksonException e) {
            return null;
        }
    }
}
