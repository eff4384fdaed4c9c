package dev.aicredits.localstripe;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.checkout.Session;
import com.stripe.param.checkout.SessionCreateParams;
import dev.aicredits.testkit.TestInfra;
import java.time.Clock;
import java.time.Duration;
import javax.sql.DataSource;

/** A local Stripe on a database of its own, an endpoint that takes its events, and an unmodified client. */
final class StripeRun implements AutoCloseable {
    static final String KEY = "sk_test_local_stripe_of_a_test";
    static final String SECRET = "whsec_local_stripe_of_a_test";

    final LocalStripe stripe;
    final Receiver receiver;
    final StripeClient client;
    final CheckedHttp http = new CheckedHttp();

    private StripeRun(DataSource dataSource, Clock clock) {
        receiver = Receiver.start();
        stripe = LocalStripe.start(LocalStripeSettings.of(KEY, dataSource, clock)
                .withEndpoints(WebhookEndpoint.of(receiver.url(), SECRET))
                .withRetrySchedule(Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(200)));
        client = client(KEY, 0);
    }

    static StripeRun start() {
        return start(TestInfra.shared().createDatabase().dataSource(), Clock.systemUTC());
    }

    static StripeRun start(Clock clock) {
        return start(TestInfra.shared().createDatabase().dataSource(), clock);
    }

    static StripeRun start(DataSource dataSource, Clock clock) {
        return new StripeRun(dataSource, clock);
    }

    StripeClient client(String key, int retries) {
        return StripeClient.builder()
                .setApiKey(key)
                .setApiBase(stripe.baseUrl())
                .setConnectTimeout(1000)
                .setReadTimeout(2000)
                .setMaxNetworkRetries(retries)
                .setHttpClient(http)
                .build();
    }

    /** An open session over 50 USD for an organization. */
    Session session() {
        try {
            return client.v1().checkout().sessions().create(topUp(5000).build());
        } catch (StripeException e) {
            throw new AssertionError(e);
        }
    }

    static SessionCreateParams.Builder topUp(long cents) {
        return SessionCreateParams.builder()
                .setMode(SessionCreateParams.Mode.PAYMENT)
                .setSuccessUrl("https://billing.example/done?session={CHECKOUT_SESSION_ID}")
                .setCancelUrl("https://billing.example/left")
                .setClientReferenceId("org_acme:order_1")
                .putMetadata("organization", "org_acme")
                .setPaymentIntentData(SessionCreateParams.PaymentIntentData.builder()
                        .putMetadata("order", "order_1")
                        .build())
                .addLineItem(SessionCreateParams.LineItem.builder()
                        .setQuantity(1L)
                        .setPriceData(SessionCreateParams.LineItem.PriceData.builder()
                                .setCurrency("usd")
                                .setUnitAmount(cents)
                                .setProductData(SessionCreateParams.LineItem.PriceData.ProductData.builder()
                                        .setName("AI credits")
                                        .build())
                                .build())
                        .build());
    }

    /** Of a monthly subscription. */
    static SessionCreateParams.Builder subscription(long cents) {
        return SessionCreateParams.builder()
                .setMode(SessionCreateParams.Mode.SUBSCRIPTION)
                .setSuccessUrl("https://billing.example/done")
                .setClientReferenceId("org_acme:order_2")
                .setSubscriptionData(SessionCreateParams.SubscriptionData.builder()
                        .putMetadata("order", "order_2")
                        .build())
                .addLineItem(SessionCreateParams.LineItem.builder()
                        .setQuantity(1L)
                        .setPriceData(SessionCreateParams.LineItem.PriceData.builder()
                                .setCurrency("usd")
                                .setUnitAmount(cents)
                                .setRecurring(SessionCreateParams.LineItem.PriceData.Recurring.builder()
                                        .setInterval(SessionCreateParams.LineItem.PriceData.Recurring.Interval.MONTH)
                                        .build())
                                .setProductData(SessionCreateParams.LineItem.PriceData.ProductData.builder()
                                        .setName("Hosting")
                                        .build())
                                .build())
                        .build());
    }

    /** Every answer and event so far was as Stripe publishes it. */
    void requirePublishedForm() {
        assertThat(http.failures()).isEmpty();
        assertThat(receiver.failures).isEmpty();
    }

    @Override
    public void close() {
        requirePublishedForm();
        stripe.close();
        receiver.close();
    }
}
