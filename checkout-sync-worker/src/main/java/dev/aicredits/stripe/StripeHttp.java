package dev.aicredits.stripe;

import com.stripe.exception.ApiConnectionException;
import com.stripe.net.HttpClient;
import com.stripe.net.HttpContent;
import com.stripe.net.HttpHeaders;
import com.stripe.net.StripeRequest;
import com.stripe.net.StripeResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Sends what Stripe's client library asks for, over the JDK's connections as the library's own does. That one looks through
 * the class path for each call to say what it runs on, which takes an eighth of a webhook's time; here it is said from
 * memory.
 */
final class StripeHttp extends HttpClient {

    private static final int OK_FIRST = 200;
    private static final int OK_END = 300;

    private final String runsOn = buildXStripeClientUserAgentString();

    /** The answer, whatever its status; what is no JSON with a status of success is none. Both timeouts are the request's; the read timeout is for each read. */
    @Override
    public StripeResponse request(StripeRequest request) throws ApiConnectionException {
        try {
            HttpURLConnection connection = opened(request);
            send(connection, request.content());
            int status = connection.getResponseCode();
            String body = body(connection, status);
            if (isOk(status) && !body.stripLeading().startsWith("{")) {
                // Whoever answered, a proxy's page perhaps, it was not Stripe; and would answer so whatever is asked.
                throw new ApiConnectionException("the answer is no JSON");
            }
            return new StripeResponse(status, HttpHeaders.of(connection.getHeaderFields()), body);
        } catch (IOException e) {
            // Its message may quote the answer.
            throw new ApiConnectionException(
                    "no answer from Stripe: " + e.getClass().getSimpleName(), e);
        }
    }

    private HttpURLConnection opened(StripeRequest request) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) request.url().openConnection();
        connection.setConnectTimeout(request.options().getConnectTimeout());
        connection.setReadTimeout(request.options().getReadTimeout());
        connection.setUseCaches(false);
        connection.setRequestMethod(request.method().name());
        for (Map.Entry<String, List<String>> header : request.headers().map().entrySet()) {
            connection.setRequestProperty(header.getKey(), String.join(",", header.getValue()));
        }
        connection.setRequestProperty("User-Agent", buildUserAgentString(request));
        connection.setRequestProperty("X-Stripe-Client-User-Agent", runsOn);
        return connection;
    }

    private static void send(HttpURLConnection connection, HttpContent content) throws IOException {
        if (content == null) {
            return;
        }
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", content.contentType());
        try (OutputStream out = connection.getOutputStream()) {
            out.write(content.byteArrayContent());
        }
    }

    private static String body(HttpURLConnection connection, int status) throws IOException {
        boolean ok = isOk(status);
        try (InputStream in = ok ? connection.getInputStream() : connection.getErrorStream()) {
            String body = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            // Of an error without a body the library would not tell the status.
            return ok || !body.isEmpty() ? body : "{}";
        }
    }

    private static boolean isOk(int status) {
        return status >= OK_FIRST && status < OK_END;
    }
}
