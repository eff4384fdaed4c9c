package dev.aicredits.localstripe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** What a browser or curl sends. It follows no redirection by itself. */
final class Browser {
    private final HttpClient http = HttpClient.newHttpClient();
    private final String baseUrl;
    private final String accept;

    private Browser(String baseUrl, String accept) {
        this.baseUrl = baseUrl;
        this.accept = accept;
    }

    static Browser of(LocalStripe stripe) {
        return new Browser(stripe.baseUrl(), "text/html,application/xhtml+xml");
    }

    static Browser curl(LocalStripe stripe) {
        return new Browser(stripe.baseUrl(), "*/*");
    }

    HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    HttpResponse<String> post(String path, String form) {
        return send(request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    }

    HttpResponse<String> postFrom(String origin, String path) {
        return send(request(path).header("Origin", origin).POST(BodyPublishers.noBody()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(baseUrl + path)).header("Accept", accept);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
