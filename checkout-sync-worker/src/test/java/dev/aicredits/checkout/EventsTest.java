package dev.aicredits.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.checkout.FakeStripe.Fault;
import dev.aicredits.messaging.ContainerHealth;
import dev.aicredits.testkit.Patience;
import dev.aicredits.testkit.TopicReader;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What the consumer makes of the topic. */
class EventsTest {

    private static final CheckoutSystem SYSTEM = CheckoutSystem.create();
    private static final FakeStripe STRIPE = FakeStripe.start();
    private static final RunningCheckout WORKER = SYSTEM.start(
            "aicredits.checkout-sync.stripe.api-base=" + STRIPE.baseUrl(),
            "aicredits.checkout-sync.stripe.attempts-max=1",
            "aicredits.checkout-sync.stripe.circuit-calls=4",
            "aicredits.checkout-sync.stripe.circuit-open=2s");

    private final String organization = SYSTEM.organization();

    @AfterAll
    static void close() {
        SYSTEM.close();
        STRIPE.close();
    }

    @Test
    void whatCannotBeUsedIsDeadLetteredWithItsReasonAndHoldsUpNobody() {
        String session = start();
        String paid = STRIPE.state.pay(session);
        String unknownOrder = STRIPE.state.pay(start());
        SYSTEM.superuser()
                .sql(
                        "DELETE FROM checkout_reference WHERE organization_id ="
                                + " (SELECT organization_id FROM organization WHERE public_id = ?)"
                                + " AND reference NOT IN (SELECT order_id::text FROM checkout_session WHERE stripe_session_id = ?)")
                .params(organization, session)
                .update();

        int before = deadLetters().size();

        produce("not json", "null-key");
        produce(event("checkout.session.completed", "cs_test_nobody"), "cs_test_nobody");
        produce(event("checkout.session.completed", "../../etc"), "x");
        produce(unknownOrder, "x");
        produce(paid, "x");
        Patience.awaitTrue(
                "the good one is credited", () -> !SYSTEM.entries(organization).isEmpty());
        Patience.awaitTrue("four dead letters", () -> deadLetters().size() == before + 4);

        assertThat(deadLetters().subList(before, before + 4))
                .extracting(letter -> TopicReader.header(letter, "dead_letter_reason"))
                .containsExactlyInAnyOrder("malformed", "not_found", "not_found", "unknown_order");
        assertThat(deadLetters()).anySatisfy(letter -> assertThat(new String(letter.value(), StandardCharsets.UTF_8))
                .isEqualTo("not json"));
        assertThat(SYSTEM.entries(organization)).containsExactly("top_up 50");
    }

    @Test
    void whatStripeAnswersUnreadablyIsDeadLetteredAfterThreeTriesAndCanBeSentAgain() {
        int before = deadLetters().size();
        String odd = start();
        String paid = STRIPE.state.pay(odd);
        STRIPE.state.alter(odd, session -> session.put("status", "of_next_year"));
        int asked = STRIPE.calls("GET checkout/sessions");

        produce(paid, "k");
        Patience.awaitTrue("a dead letter", () -> deadLetters().size() == before + 1);

        assertThat(STRIPE.calls("GET checkout/sessions") - asked).isEqualTo(3);
        ConsumerRecord<byte[], byte[]> letter = deadLetters().get(before);
        assertThat(letter.value()).asString(StandardCharsets.UTF_8).isEqualTo(paid);
        assertThat(TopicReader.header(letter, "dead_letter_reason")).isEqualTo("garbled");
        assertThat(TopicReader.header(letter, "dead_letter_detail"))
                .isEqualTo("garbled: unexpected answer: session status");
        assertThat(WORKER.bean(MeterRegistry.class)
                        .get("aicredits.checkout.stripe.circuit.open")
                        .gauge()
                        .value())
                .as("Stripe has answered")
                .isZero();
        produce(STRIPE.state.pay(start()), "k");
        Patience.awaitTrue(
                "the next is credited", () -> SYSTEM.entries(organization).equals(List.of("top_up 50")));

        STRIPE.state.alter(odd, session -> session.put("status", "complete"));
        produce(paid, "k");
        Patience.awaitTrue(
                "credited, sent again", () -> SYSTEM.entries(organization).equals(List.of("top_up 50", "top_up 50")));
    }

    @Test
    void aPageOfSomebodyInBetweenIsNoAnswerAndEventsWait() {
        int before = deadLetters().size();
        String paid = STRIPE.state.pay(start());
        STRIPE.fail("GET checkout/sessions", Fault.GARBAGE, 1000);
        int asked = STRIPE.calls("GET checkout/sessions");

        produce(paid, "k");
        Patience.awaitTrue("it was asked often", () -> STRIPE.calls("GET checkout/sessions") >= asked + 4);
        assertThat(deadLetters()).hasSize(before);
        STRIPE.recover();

        Patience.awaitTrue("credited", () -> SYSTEM.entries(organization).equals(List.of("top_up 50")));
        Patience.awaitTrue("the circuit is closed", () -> IntStream.range(0, 5).allMatch(call -> !start().isEmpty()));
    }

    @Test
    void aRepeatedEventAsksStripeNothing() {
        String session = start();
        String paid = STRIPE.state.pay(session);
        produce(paid, "k");
        Patience.awaitTrue("credited", () -> !SYSTEM.entries(organization).isEmpty());
        long repeated = WORKER.count("aicredits.checkout.events", "outcome", "repeated");
        Patience.awaitTrue(
                "noted",
                () -> SYSTEM.superuser()
                                .sql("SELECT count(*) FROM stripe_event WHERE ? LIKE '%' || event_id || '%'")
                                .param(paid)
                                .query(Long.class)
                                .single()
                        == 1);
        int before = STRIPE.calls("GET checkout/sessions");

        produce(paid, "k");
        Patience.awaitTrue(
                "repeated", () -> WORKER.count("aicredits.checkout.events", "outcome", "repeated") == repeated + 1);

        assertThat(STRIPE.calls("GET checkout/sessions")).isEqualTo(before);
    }

    @Test
    void whileStripeIsAwayEventsWaitTheCircuitOpensAndCloses() {
        String session = start();
        String paid = STRIPE.state.pay(session);
        STRIPE.fail("GET checkout/sessions", Fault.SERVER_ERROR, 1000);

        produce(paid, "k");
        Patience.awaitTrue(
                "the circuit is open",
                () -> WORKER.client().sync(organization, session).text("code").equals("payment_provider_unavailable"));
        int asked = STRIPE.calls("GET checkout/sessions");
        for (int i = 0; i < 20; i++) {
            assertThat(WORKER.client().sync(organization, session).status()).isIn(502, 503);
        }
        assertThat(STRIPE.calls("GET checkout/sessions")).as("left alone").isLessThan(asked + 20);
        STRIPE.recover();

        Patience.awaitTrue("credited", () -> !SYSTEM.entries(organization).isEmpty());
        assertThat(SYSTEM.entries(organization)).containsExactly("top_up 50");
        assertThat(WORKER.bean(ContainerHealth.class).health().getStatus().getCode())
                .isEqualTo("UP");
        // Half open it lets a few calls through; the tests that come after this one need it closed.
        Patience.awaitTrue("the circuit is closed", () -> IntStream.range(0, 5).allMatch(call -> !start().isEmpty()));
    }

    @Test
    void theEventsOfAPollAreActedOnAtTheSameTime() {
        int events = 8;
        List<String> paid = IntStream.range(0, events)
                .mapToObj(i -> STRIPE.state.pay(start()))
                .toList();
        STRIPE.fail("GET checkout/sessions", Fault.LATE, events);

        produce(SYSTEM, paid, "of one partition");

        Patience.awaitTrue(
                "all are credited", () -> SYSTEM.entries(organization).size() == events);
        assertThat(STRIPE.mostLateAtOnce()).isGreaterThan(1);
    }

    @Test
    void theStatusOfAnInvoiceIsKeptForItsOrganizationAndNothingIsBooked() {
        String invoice = "in_" + UUID.randomUUID().toString().replace("-", "");
        produce(STRIPE.state.invoice(invoice, organization, "open", "invoice.finalized"), invoice);
        awaitInvoice("open 0");

        String paid = STRIPE.state.invoice(invoice, organization, "paid", "invoice.paid");
        produce(paid, invoice);

        awaitInvoice("paid 12000");
        assertThat(SYSTEM.entries(organization)).isEmpty();
    }

    private void awaitInvoice(String state) {
        Patience.awaitTrue("the invoice is " + state, () -> SYSTEM.superuser()
                .sql("SELECT status || ' ' || amount_paid_cents FROM invoice_statement WHERE organization_id = ?")
                .param(organization)
                .query(String.class)
                .list()
                .equals(List.of(state)));
    }

    private String start() {
        return WORKER.client().start(organization, "50").text("sessionId");
    }

    private static String event(String type, String objectId) {
        return "{\"id\":\"evt_%s\",\"object\":\"event\",\"type\":\"%s\",\"created\":1,\"data\":{\"object\":{\"id\":\"%s\"}}}"
                .formatted(UUID.randomUUID(), type, objectId);
    }

    private static List<ConsumerRecord<byte[], byte[]>> deadLetters() {
        return TopicReader.read(SYSTEM.bootstrapServers(), SYSTEM.deadLetterTopic());
    }

    private static void produce(String value, String key) {
        produce(SYSTEM, value, key);
    }

    static void produce(CheckoutSystem system, String value, String key) {
        produce(system, List.of(value), key);
    }

    private static void produce(CheckoutSystem system, List<String> values, String key) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", system.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (String value : values) {
                var unused = producer.send(new ProducerRecord<>(
                        system.topic(), key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8)));
            }
        }
    }
}
