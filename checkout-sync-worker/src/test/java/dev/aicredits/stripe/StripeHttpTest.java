package dev.aicredits.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.StripeClient;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.net.ApiResource;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StripeHttpTest {

    private final List<Headers> received = new ArrayList<>();
    private final List<String> bodies = new ArrayList<>();
    private HttpServer server;
    private int status = 200;
    private String answer = "{\"id\":\"cus_1\",\"object\":\"customer\"}";

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            received.add(exchange.getRequestHeaders());
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Request-Id", "req_1");
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void itSendsWhatTheLibraryWouldAndSaysWhatItRunsOnEachTime() throws StripeException {
        StripeClient client = client();
        client.v1().customers().retrieve("cus_1");
        assertThat(client.rawRequest(ApiResource.RequestMethod.POST, "/v1/customers", "name=x", null)
                        .requestId())
                .isEqualTo("req_1");

        assertThat(received).allSatisfy(headers -> {
            assertThat(headers.getFirst("Authorization")).isEqualTo("Bearer sk_test_of_this_test");
            assertThat(headers.getFirst("User-Agent")).startsWith("Stripe/v1 JavaBindings/");
            assertThat(headers.getFirst("X-Stripe-Client-User-Agent")).contains("\"lang\":\"Java\"");
        });
        assertThat(received.get(1).getFirst("Content-Type")).startsWith("application/x-www-form-urlencoded");
        assertThat(bodies).containsExactly("", "name=x");
    }

    @Test
    void whatIsRefusedOrEmptyIsReadLikeWhatIsNot() {
        status = 404;
        answer = "{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"resource_missing\"}}";
        assertThatThrownBy(() -> client().v1().customers().retrieve("cus_2"))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> assertThat(e.getCode())
                        .isEqualTo("resource_missing"));
        status = 500;
        answer = "";
        assertThatThrownBy(() -> client().v1().customers().retrieve("cus_2"))
                .isInstanceOfSatisfying(StripeException.class, e -> assertThat(e.getStatusCode())
                        .isEqualTo(500));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>not JSON</html>", "", "[]", "\"{}\""})
    void whatIsNoJsonOfStripesIsNoAnswer(String page) {
        answer = page;

        assertThatThrownBy(() -> client().v1().customers().retrieve("cus_1"))
                .isInstanceOf(ApiConnectionException.class);
    }

    @Test
    void whoDoesNotAnswerIsNotConnected() {
        StripeClient client = client();
        server.stop(0);

        assertThatThrownBy(() -> client.v1().customers().retrieve("cus_1"))
                .isInstanceOf(ApiConnectionException.class)
                .hasMessageNotContaining("127.0.0.1");
    }

    private StripeClient client() {
        return StripeClient.builder()
                .setApiKey("sk_test_of_this_test")
                .setApiBase("http://127.0.0.1:" + server.getAddress().getPort())
                .setConnectTimeout(1_000)
                .setReadTimeout(1_000)
                .setMaxNetworkRetries(0)
                .setHttpClient(new StripeHttp())
                .build();
    }
}
