package dev.aicredits.localstripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.stripe.exception.StripeException;
import com.stripe.model.Event;
import com.stripe.model.checkout.Session;
import com.stripe.net.Webhook;
import com.stripe.param.EventListParams;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events on their way to an endpoint. */
class WebhookTest {
    private static final String COMPLETED = "checkout.session.completed";
    private static final int PAYMENT_EVENTS = 4;

    private StripeRun run;

    @BeforeEach
    void start() {
        run = StripeRun.start();
    }

    @AfterEach
    void stop() {
        run.close();
    }

    @Test
    void eventIsTheObjectAsItWas() {
        String id = pay();
        awaitReceived(PAYMENT_EVENTS);
        Event completed = received(COMPLETED);
        Session session =
                (Session) completed.getDataObjectDeserializer().getObject().orElseThrow();
        assertThat(session.getId()).isEqualTo(id);
        assertThat(session.getPaymentStatus()).isEqualTo("paid");
        assertThat(completed.getLivemode()).isFalse();
    }

    @Test
    void eventIsSentUntilItIsTaken() throws StripeException {
        run.receiver.answerFirst(500, 302, 404, 503);
        pay();
        awaitReceived(PAYMENT_EVENTS + 4);
        await().untilAsserted(() -> assertThat(undelivered()).isEmpty());
        assertThat(events(true)).hasSize(PAYMENT_EVENTS);
        assertThat(run.client.v1().events().retrieve(events(true).get(0)).getPendingWebhooks())
                .isZero();
    }

    @Test
    void eventThatIsNeverTakenIsListedAsUndelivered() throws StripeException {
        run.stripe.webhooks().lose(COMPLETED);
        pay();
        awaitReceived(PAYMENT_EVENTS - 1);
        await().untilAsserted(() -> assertThat(undelivered()).hasSize(1));
        Event lost = run.client.v1().events().retrieve(undelivered().get(0));
        assertThat(lost.getType()).isEqualTo(COMPLETED);
        assertThat(lost.getPendingWebhooks()).isEqualTo(1);
        assertThat(run.receiver.types()).doesNotContain(COMPLETED);

        run.stripe.webhooks().behave();
        run.stripe.webhooks().deliverNow();
        assertThat(undelivered()).isEmpty();
        assertThat(run.receiver.types()).contains(COMPLETED);
    }

    @Test
    void eventsAreListedByTypeFor30Days() throws StripeException {
        MovableClock clock = new MovableClock(Instant.now());
        try (StripeRun later = StripeRun.start(clock)) {
            later.stripe.payments().pay(later.session().getId());
            assertThat(types(later, "payment_intent.*"))
                    .containsExactly("payment_intent.succeeded", "payment_intent.created");
            assertThat(later.client
                            .v1()
                            .events()
                            .list(EventListParams.builder()
                                    .addAllType(List.of(COMPLETED, "charge.succeeded"))
                                    .build())
                            .getData())
                    .extracting(Event::getType)
                    .containsExactly(COMPLETED, "charge.succeeded");
            clock.advance(Duration.ofDays(30).plusSeconds(1));
            assertThat(types(later, "payment_intent.*")).isEmpty();
        }
    }

    private static List<String> types(StripeRun run, String type) throws StripeException {
        return run
                .client
                .v1()
                .events()
                .list(EventListParams.builder().setType(type).build())
                .getData()
                .stream()
                .map(Event::getType)
                .toList();
    }

    @Test
    void duplicatesAndShufflesWhenTold() {
        run.stripe.webhooks().duplicate(2);
        pay();
        awaitReceived(3 * PAYMENT_EVENTS);
        run.stripe.webhooks().behave();

        run.receiver.received.clear();
        run.stripe.webhooks().hold();
        pay();
        run.stripe.webhooks().releaseShuffled(7);
        List<String> first = run.receiver.types();
        assertThat(first)
                .hasSize(PAYMENT_EVENTS)
                .isNotEqualTo(
                        List.of("payment_intent.created", "charge.succeeded", "payment_intent.succeeded", COMPLETED));
        run.receiver.received.clear();
        run.stripe.webhooks().hold();
        pay();
        run.stripe.webhooks().releaseShuffled(7);
        assertThat(run.receiver.types()).as("the seed decides").isEqualTo(first);
    }

    @Test
    void heldEventsComeWhenTheyAreReleased() {
        run.stripe.webhooks().hold();
        pay();
        assertThat(run.receiver.received).isEmpty();
        run.stripe.webhooks().release();
        awaitReceived(PAYMENT_EVENTS);
    }

    @Test
    void delayedEventsComeLater() {
        run.stripe.webhooks().delay(Duration.ofMillis(400));
        long begin = System.nanoTime();
        pay();
        awaitReceived(PAYMENT_EVENTS);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(400));
    }

    @Test
    void resentEventIsTheSame() {
        pay();
        awaitReceived(PAYMENT_EVENTS);
        String id = received(COMPLETED).getId();
        assertThat(run.stripe.webhooks().resend(id)).isTrue();
        assertThat(run.receiver.received.stream()
                        .filter(one -> one.event().getId().equals(id)))
                .hasSize(2);
        run.receiver.answerFirst(500);
        assertThat(run.stripe.webhooks().resend(id)).isFalse();
        assertThat(run.stripe.webhooks().undelivered()).isEmpty();
    }

    @Test
    void eachSecretSigns() throws Exception {
        run.stripe
                .webhooks()
                .use(WebhookEndpoint.of(run.receiver.url(), "whsec_the_new_one_of_a_test", StripeRun.SECRET));
        pay();
        awaitReceived(PAYMENT_EVENTS);
        Receiver.Received one = run.receiver.received.get(0);
        assertThat(one.signature()).containsPattern("^t=[0-9]{10},v1=[0-9a-f]{64},v1=[0-9a-f]{64}$");
        assertThat(Webhook.constructEvent(one.payload(), one.signature(), "whsec_the_new_one_of_a_test"))
                .isNotNull();
    }

    @Test
    void endpointThatIsAwayIsTriedByTheSchedule() {
        run.stripe.webhooks().use(WebhookEndpoint.of(URI.create("http://127.0.0.1:1/nobody"), StripeRun.SECRET));
        pay();
        assertThat(run.receiver.received).isEmpty();
        run.stripe.webhooks().use(WebhookEndpoint.of(run.receiver.url(), StripeRun.SECRET));
        awaitReceived(PAYMENT_EVENTS);
    }

    private String pay() {
        String id = run.session().getId();
        run.stripe.payments().pay(id);
        return id;
    }

    private void awaitReceived(int count) {
        await().untilAsserted(() -> assertThat(run.receiver.received).hasSize(count));
    }

    private Event received(String type) {
        return run.receiver.received.stream()
                .map(Receiver.Received::event)
                .filter(event -> event.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private List<String> undelivered() throws StripeException {
        return events(false);
    }

    private List<String> events(boolean delivered) throws StripeException {
        return run
                .client
                .v1()
                .events()
                .list(EventListParams.builder().setDeliverySuccess(delivered).build())
                .getData()
                .stream()
                .map(Event::getId)
                .toList();
    }
}
