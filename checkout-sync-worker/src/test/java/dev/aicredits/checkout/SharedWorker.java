package dev.aicredits.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.checkout.CheckoutClient.Answer;
import dev.aicredits.stripe.StripeEvent;
import dev.aicredits.stripe.StripeEventJson;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * One worker, with a system and a Stripe of its own, for all classes that need no other settings: it starts once and is
 * closed when the last test of the module is over. After each class the books are audited.
 */
final class SharedWorker implements BeforeAllCallback, AfterAllCallback {

    static final CheckoutSystem SYSTEM = CheckoutSystem.create();
    static final FakeStripe STRIPE = FakeStripe.start();
    static final FakeStripeState AT_STRIPE = STRIPE.state;
    static final RunningCheckout WORKER =
            SYSTEM.start(CheckoutSystem.QUICK_COMMITS, "aicredits.checkout-sync.stripe.api-base=" + STRIPE.baseUrl());
    static final CheckoutClient CLIENT = WORKER.client();

    private static void close() {
        try (STRIPE) {
            SYSTEM.close();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot().getStore(Namespace.create(SharedWorker.class)).computeIfAbsent("closing", unused ->
                (AutoCloseable) SharedWorker::close);
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
