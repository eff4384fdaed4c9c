package dev.aicredits.purchase;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.aicredits.access.Access;
import dev.aicredits.access.Caller;
import dev.aicredits.access.Delegations;
import dev.aicredits.access.Grant;
import dev.aicredits.ledger.Member.Role;
import dev.aicredits.pages.PagesSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.ui.ExtendedModelMap;

/** What the page of a purchase asks of checkout, and so of Stripe. */
class PurchasePagesTest {

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private String status = "open";
    private HttpServer checkout;
    private PurchasePages pages;

    @BeforeEach
    void serve() throws IOException {
        checkout = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        checkout.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            asked.add(path.substring(path.lastIndexOf('/') + 1));
            byte[] body = ("{\"sessionId\":\"cs_1\",\"status\":\"" + status
                            + "\",\"completed\":false,\"creditAmountUsd\":50}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        checkout.start();
        String url = "http://127.0.0.1:" + checkout.getAddress().getPort();
        pages = new PurchasePages(
                new CheckoutClient(
                        url, new Delegations(List.of("secret-of-tests-secret-of-tests-secret"), Clock.systemUTC())),
                new PagesSettings(URI.create("http://127.0.0.1"), "", "", false, url));
    }

    @AfterEach
    void stop() {
        checkout.stop(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"completed", "expired", "failed", "in_review"})
    void whatIsFinalIsShownWithoutAskingStripeHoweverOftenItIsLoaded(String end) {
        status = end;

        show(Grant.BILLING_VIEW, Grant.BILLING_MANAGE);
        show(Grant.BILLING_VIEW, Grant.BILLING_MANAGE);

        assertThat(asked).containsExactly("status", "status");
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", "processing"})
    void untilThenStripeIsAskedForWhoMay(String way) {
        status = way;

        assertThat(show(Grant.BILLING_VIEW, Grant.BILLING_MANAGE)).containsEntry("pending", true);
        assertThat(asked).containsExactly("status", "sync");
    }

    @Test
    void whoMayOnlyLookAsksNothingOfStripe() {
        show(Grant.BILLING_VIEW);

        assertThat(asked).containsExactly("status");
    }

    private ExtendedModelMap show(Grant... grants) {
        ExtendedModelMap model = new ExtendedModelMap();
        pages.status(
                new Access(new Caller.Person("usr_ada"), 1, "org_acme", Role.OWNER, Set.of(grants), "127.0.0.1"),
                "cs_1",
                new MockHttpServletResponse(),
                model);
        return model;
    }
}
