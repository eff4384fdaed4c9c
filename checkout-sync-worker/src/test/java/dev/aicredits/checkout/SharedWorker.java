package dev.aicredits.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.checkout.CheckoutClient.Answer;
import dev.aicredits.stripe.StripeEvent;
import dev.aicredits.stripe.StripeEventJson;
import dev.aicredits.testkit.TestInfra;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One worker, with a system and a Stripe of its own, for all classes that need no other settings: it starts once and is
 * closed when this JVM ends. After each class the books are audited.
 */
final class SharedWorker implements AfterAllCallback {

    static final CheckoutSystem SYSTEM = CheckoutSystem.create();
    static final FakeStripe STRIPE = FakeStripe.start();
    static final FakeStripeState AT_STRIPE = STRIPE.state;
    static final RunningCheckout WORKER =
            SYSTEM.start(CheckoutSystem.QUICK_COMMITS, "aicredits.checkout-sync.stripe.api-base=" + STRIPE.baseUrl());
    static final CheckoutClient CLIENT = WORKER.client();

    static {
        TestInfra.closeAtExit(STRIPE);
        TestInfra.closeAtExit(SYSTEM);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        assertThat(SYSTEM.audit()).isEmpty();
    }

    /** A session of the organization's, started as a client does. */
    static String start(String organization, String usd) {
        Answer answer = CLIENT.start(organization, usd);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.text("sessionId");
    }

    /** What the worker makes of the event, in this thread, without the topic. */
    static EventOutcome actOn(String eventJson) {
        StripeEvent event =
                StripeEventJson.read(eventJson.getBytes(StandardCharsets.UTF_8)).orElseThrow();
        return WORKER.bean(EventActions.class).actOn(event);
    }
}
