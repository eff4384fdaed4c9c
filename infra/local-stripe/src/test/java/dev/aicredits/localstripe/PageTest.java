package dev.aicredits.localstripe;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.exception.StripeException;
import com.stripe.model.checkout.Session;
import com.stripe.param.checkout.SessionCreateParams;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The pages, as a browser without scripts uses them. */
class PageTest {
    private static StripeRun run;
    private static Browser browser;

    @BeforeAll
    static void start() {
        run = StripeRun.start();
        browser = Browser.of(run.stripe);
    }

    @AfterAll
    static void stop() {
        run.close();
    }

    @Test
    void customerPaysByCardAndIsSentBackToTheShop() throws StripeException {
        Session session = run.session();
        String page = browser.get(path(session)).body();
        assertThat(page).contains("AI credits", "50.00 USD", ">Pay by card<", "https://billing.example/left");
        HttpResponse<String> paid = browser.post(path(session) + "/card", "");
        assertThat(paid.statusCode()).isEqualTo(303);
        assertThat(paid.headers().firstValue("Location"))
                .contains("https://billing.example/done?session=" + session.getId());
        assertThat(CheckoutTest.retrieve(run, session.getId()).getPaymentStatus())
                .isEqualTo("paid");
        assertThat(browser.get("/c/pay/" + session.getId()).body()).contains("Paid.");
        assertThat(browser.post(path(session) + "/card", "").statusCode()).isEqualTo(409);
    }

    @Test
    void declinedCardLetsTheCustomerTryAgain() throws StripeException {
        Session session = run.session();
        HttpResponse<String> declined = browser.post(path(session) + "/declined", "");
        String next = declined.headers().firstValue("Location").orElseThrow();
        assertThat(browser.get(next).body()).contains("Your card was declined.", ">Pay by card<");
        assertThat(CheckoutTest.retrieve(run, session.getId(), "payment_intent")
                        .getPaymentIntentObject()
                        .getLastPaymentError()
                        .getDeclineCode())
                .isEqualTo("generic_decline");
        browser.post(path(session) + "/card", "");
        assertThat(CheckoutTest.retrieve(run, session.getId()).getPaymentStatus())
                .isEqualTo("paid");
    }

    @Test
    void bankIsPlayedByThePerson() throws StripeException {
        Session session = run.session();
        browser.post(path(session) + "/bank", "");
        assertThat(browser.get(path(session)).body()).contains("The bank pays", "The bank refuses");
        browser.post(path(session) + "/bank/refuses", "");
        assertThat(browser.get(path(session)).body()).contains("The bank refused the payment.");
        assertThat(CheckoutTest.retrieve(run, session.getId()).getPaymentStatus())
                .isEqualTo("unpaid");
    }

    @Test
    void whatTheShopSentIsShownAndNeverRun() throws StripeException {
        Session session = run.client
                .v1()
                .checkout()
                .sessions()
                .create(StripeRun.topUp(500)
                        .addLineItem(SessionCreateParams.LineItem.builder()
                                .setQuantity(2L)
                                .setPriceData(SessionCreateParams.LineItem.PriceData.builder()
                                        .setCurrency("usd")
                                        .setUnitAmount(100L)
                                        .setProductData(SessionCreateParams.LineItem.PriceData.ProductData.builder()
                                                .setName("<script>alert(1)</script>")
                                                .build())
                                        .build())
                                .build())
                        .build());
        HttpResponse<String> page = browser.get(path(session));
        assertThat(page.body()).contains("&lt;script&gt;").doesNotContain("<script");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'; style-src 'self';")
                .endsWith("form-action 'self' https://billing.example");
        assertThat(page.headers().firstValue("Referrer-Policy"))
                .as("with no-referrer, browsers say that our own forms are of no origin")
                .contains("same-origin");
        assertThat(browser.get("/c/pay/cs_test_%3Cscript%3E").body()).doesNotContain("<script");
        assertThat(browser.get("/c/pay/cs_test_none").statusCode()).isEqualTo(404);
    }

    @Test
    void expiredSessionTakesNoPayment() throws StripeException {
        Session session = run.session();
        run.stripe.payments().expire(session.getId());
        assertThat(browser.get(path(session)).body())
                .contains("This session has expired.")
                .doesNotContain("Pay by card");
    }

    @Test
    void dashboardShowsEverythingWithItsButtons() {
        String payment = run.stripe.payments().pay(run.session().getId());
        String refund = run.stripe.payments().refundPending(payment, 10);
        String dispute = run.stripe
                .disputes()
                .open(run.stripe.payments().pay(run.session().getId()));
        assertThat(browser.get("/").body())
                .contains("/control/payments/" + payment + "/refund")
                .contains("/control/refunds/" + refund + "/fail")
                .contains("/control/disputes/" + dispute + "/withdraw-funds")
                .contains("checkout.session.completed")
                .doesNotContain("<script");
        assertThat(browser.get("/style.css").headers().firstValue("Content-Type"))
                .contains("text/css;charset=UTF-8");
    }

    @Test
    void otherSitesCannotPressTheButtons() throws StripeException {
        Session session = run.session();
        assertThat(browser.postFrom("https://elsewhere.example", path(session) + "/card")
                        .statusCode())
                .isEqualTo(403);
        assertThat(CheckoutTest.retrieve(run, session.getId()).getPaymentStatus())
                .isEqualTo("unpaid");
        assertThat(browser.postFrom("null", path(session) + "/card").statusCode())
                .isEqualTo(403);
        assertThat(browser.postFrom(run.stripe.baseUrl(), path(session) + "/card")
                        .statusCode())
                .isEqualTo(303);
    }

    private static String path(Session session) {
        return "/c/pay/" + session.getId();
    }
}
