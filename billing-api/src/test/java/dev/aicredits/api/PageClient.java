package dev.aicredits.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a browser without scripts sends: a session's cookie, and forms with the token of the page that they are on. */
public final class PageClient {

    /** An answer; a stream's body is left unread. */
    public record Answer(int status, String body, HttpResponse<?> response) {
        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");
    private static final Pattern COOKIE = Pattern.compile("(aicredits_session=[^;]+);.*");
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    private final String baseUrl;
    private final TestIssuer issuer;
    private String cookie = "";

    PageClient(String baseUrl, TestIssuer issuer) {
        this.baseUrl = baseUrl;
        this.issuer = issuer;
    }

    /** The session that the browser has now; empty before the first. */
    public String cookie() {
        return cookie;
    }

    /** Signs in with the identity provider, as {@code subject}. */
    public PageClient signIn(String subject) {
        comeBack(subject);
        return this;
    }

    /** The same; the answer leads to the page that the person is then at. */
    public Answer comeBack(String subject) {
        Answer there = get("/sign-in/with/oidc");
        String query = there.header("Location").replaceFirst("[^?]*\\?", "&");
        String code = issuer.code(subject, parameter(query, "nonce"));
        Answer back = get("/login/oauth2/code/oidc?code=" + code + "&state="
                + URLEncoder.encode(parameter(query, "state"), StandardCharsets.UTF_8));
        if (back.status() != 302 || back.header("Location").contains("failed")) {
            throw new IllegalStateException("not signed in: " + back.status() + " " + back.header("Location"));
        }
        return back;
    }

    private static String parameter(String query, String name) {
        return URLDecoder.decode(query.replaceFirst(".*&" + name + "=([^&]*).*", "$1"), StandardCharsets.UTF_8);
    }

    public Answer get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    /** Sends a form of pairs of names and values, with a token. */
    public Answer post(String path, String... fields) {
        Matcher token = TOKEN.matcher(get("/settings/none").body());
        if (!token.find()) {
            throw new IllegalStateException("no page with a token");
        }
        return postWith(token.group(1), path, fields);
    }

    /** Sends a form with the token that is given. */
    public Answer postWith(String token, String path, String... fields) {
        StringBuilder form = new StringBuilder("_csrf=").append(URLEncoder.encode(token, StandardCharsets.UTF_8));
        for (int i = 0; i < fields.length; i += 2) {
            form.append('&').append(fields[i]).append('=');
            form.append(URLEncoder.encode(fields[i + 1], StandardCharsets.UTF_8));
        }
        return send("POST", path, form.toString());
    }

    private Answer send(String method, String path, String form, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(baseUrl + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, form == null ? BodyPublishers.noBody() : BodyPublishers.ofString(form));
        if (!cookie.isEmpty()) {
            request.header("Cookie", cookie);
        }
        if (form != null) {
            request.header("Content-Type", "application/x-www-form-urlencoded");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            HttpResponse<InputStream> response = HTTP.send(request.build(), BodyHandlers.ofInputStream());
            response.headers().allValues("Set-Cookie").forEach(this::keep);
            try (InputStream content = response.body()) {
                boolean endless =
                        response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
                byte[] bytes = endless ? new byte[0] : content.readAllBytes();
                return new Answer(response.statusCode(), new String(bytes, StandardCharsets.UTF_8), response);
            }
        } catch (IOException e) {
            throw new IllegalStateException("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void keep(String set) {
        Matcher matcher = COOKIE.matcher(set);
        if (matcher.matches()) {
            cookie = matcher.group(1);
        }
    }
}
