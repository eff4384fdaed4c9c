package dev.aicredits.localstripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.stripe.model.checkout.Session;
import com.stripe.net.RequestOptions;
import dev.aicredits.testkit.TestInfra;
import java.net.BindException;
import java.time.Clock;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** A second start on the same database, and one that cannot be. */
class RestartTest {
    @Test
    void portThatIsTakenIsAFailure() {
        DataSource database = TestInfra.shared().createDatabase().dataSource();
        try (StripeRun run = StripeRun.start()) {
            LocalStripeSettings settings = LocalStripeSettings.of(StripeRun.KEY, database, Clock.systemUTC())
                    .withPort(run.stripe.port());
            assertThatThrownBy(() -> LocalStripe.start(settings)).hasRootCauseInstanceOf(BindException.class);
        }
    }

    @Test
    void stateAndKeysAreThereAgainAndEventsGoOn() throws Exception {
        DataSource database = TestInfra.shared().createDatabase().dataSource();
        RequestOptions key = RequestOptions.builder().setIdempotencyKey("kept").build();
        String id;
        String paid;
        try (StripeRun first = StripeRun.start(database, Clock.systemUTC())) {
            id = first.client
                    .v1()
                    .checkout()
                    .sessions()
                    .create(StripeRun.topUp(5000).build(), key)
                    .getId();
            paid = first.session().getId();
            first.stripe.webhooks().hold();
            first.stripe.payments().pay(paid);
            assertThat(first.receiver.received).isEmpty();
        }
        try (StripeRun second = StripeRun.start(database, Clock.systemUTC())) {
            assertThat(CheckoutTest.retrieve(second, paid).getPaymentStatus()).isEqualTo("paid");
            Session again = second.client
                    .v1()
                    .checkout()
                    .sessions()
                    .create(StripeRun.topUp(5000).build(), key);
            assertThat(again.getId()).isEqualTo(id);
            await().untilAsserted(() -> assertThat(second.receiver.types())
                    .contains("payment_intent.succeeded", "checkout.session.completed"));
            assertThat(second.stripe.payments().pay(id)).startsWith("pi_");
        }
    }
}
