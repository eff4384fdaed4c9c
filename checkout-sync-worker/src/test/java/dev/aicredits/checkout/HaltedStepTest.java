package dev.aicredits.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicredits.checkout.CheckoutClient.Answer;
import dev.aicredits.embedded.JvmProcess;
import dev.aicredits.embedded.Ports;
import dev.aicredits.testkit.Patience;
import dev.aicredits.testkit.TopicReader;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * The worker is killed at every named step on the way from a start to a committed credit; each worker is the restart after
 * the halt before.
 */
class HaltedStepTest {

    @Test
    void killedAtAnyStepThePaymentIsCreditedOnceAndOnlyOneSessionCanBePaid() {
        try (CheckoutSystem system = CheckoutSystem.create();
                FakeStripe stripe = FakeStripe.start()) {
            String organization = system.organization();
            int port = Ports.free();
            CheckoutClient client = new CheckoutClient("http://127.0.0.1:" + port, CheckoutSystem.KEY.text());

            haltWhile(Step.BEFORE_STRIPE_CREATES, system, stripe, port, () -> start(client, organization));
            assertThat(system.orders(organization)).containsExactly("created");
            assertThat(stripe.state.sessionIds()).isEmpty();

            haltWhile(Step.AFTER_STRIPE_CREATED, system, stripe, port, () -> start(client, organization));
            assertThat(system.orders(organization)).containsExactly("created");
            assertThat(stripe.state.sessionIds()).hasSize(1);

            // It can be paid before we have saved it; that is the hard case.
            String session = stripe.state.sessionIds().get(0);
            String paid = stripe.state.pay(session);
            haltWhile(Step.BEFORE_EVENT_STORED, system, stripe, port, () -> webhook(client, paid));
            assertThat(TopicReader.read(system.bootstrapServers(), system.topic()))
                    .isEmpty();

            haltWhile(Step.AFTER_EVENT_STORED, system, stripe, port, () -> webhook(client, paid));
            assertThat(TopicReader.read(system.bootstrapServers(), system.topic()))
                    .hasSize(1);

            // That worker may have acted on the event before it died; the following have one that nobody saw.
            String refunded = stripe.state.refund(session, 2000, "succeeded");
            String second;
            try (RunningCheckout worker = restart(system, stripe)) {
                assertThat(worker.client()
                                .start(organization, "50", "Idempotency-Key", "cut-off")
                                .text("sessionId"))
                        .isEqualTo(session);
                Patience.awaitTrue("credited", () -> system.orders(organization).equals(List.of("credited")));
                assertThat(stripe.state.sessionIds()).hasSize(1);
                second = worker.client().start(organization, "60").text("sessionId");
            }

            produce(system, stripe.state.pay(second));
            produce(system, refunded);
            for (Step step :
                    List.of(Step.AFTER_SESSION_READ, Step.BEFORE_COMMIT, Step.AFTER_COMMIT, Step.BEFORE_OFFSETS)) {
                haltWhile(step, system, stripe, port, () -> {});
                assertThat(system.audit()).as("halted at " + step).isEmpty();
            }
            try (RunningCheckout worker = restart(system, stripe)) {
                Patience.awaitTrue(
                        "all is booked", () -> system.entries(organization).size() == 3);
            }

            assertThat(system.entries(organization)).containsExactly("refund -20", "top_up 50", "top_up 60");
            assertThat(system.audit()).isEmpty();
        }
    }

    private static void start(CheckoutClient client, String organization) {
        Answer answer = client.start(organization, "50", "Idempotency-Key", "cut-off");
        throw new AssertionError("answered " + answer);
    }

    private static void webhook(CheckoutClient client, String event) {
        Answer answer = client.webhook(event);
        throw new AssertionError("answered " + answer);
    }

    /** The worker as it ships, in this JVM: what nobody kills need not be a process of its own. */
    private static RunningCheckout restart(CheckoutSystem system, FakeStripe stripe) {
        return RunningCheckout.start(
                system.settings(),
                "aicredits.checkout-sync.stripe.api-base=" + stripe.baseUrl(),
                "aicredits.checkout-sync.group-id=" + UUID.randomUUID());
    }

    private static void produce(CheckoutSystem system, String event) {
        EventsTest.produce(system, event, "any");
    }

    /** Starts a worker that halts at {@code step}, does what leads there, and waits for its end. */
    private static void haltWhile(Step step, CheckoutSystem system, FakeStripe stripe, int port, Runnable cause) {
        CheckoutClient client = new CheckoutClient("http://127.0.0.1:" + port, CheckoutSystem.KEY.text());
        try (JvmProcess worker = launch(step, system, stripe, port)) {
            if (step.compareTo(Step.AFTER_EVENT_STORED) <= 0) {
                awaitServing(client);
                assertThatThrownBy(cause::run)
                        .as("a worker that halts at " + step + " gives no answer")
                        .hasMessage("no answer");
            }
            Patience.awaitTrue("halted at " + step, () -> !worker.isAlive());
        }
    }

    private static void awaitServing(CheckoutClient client) {
        Patience.awaitTrue("the worker serves", () -> {
            try {
                return client.get("/actuator/health/liveness").status() > 0;
            } catch (IllegalStateException e) {
                assertThat(e.getCause()).isInstanceOf(ConnectException.class);
                return false;
            }
        });
    }

    /** With a group of its own: it begins with the first event, and need not wait until the dead one's group lets it. */
    private static JvmProcess launch(Step step, CheckoutSystem system, FakeStripe stripe, int port) {
        List<String> arguments = new ArrayList<>(List.of(step.name()));
        system.settings().forEach((name, value) -> {
            if (!name.equals("server.port")
                    && !name.endsWith(".group-id")
                    && !name.endsWith(".api-base")
                    && !name.endsWith(".undelivered-age-min")) {
                arguments.add("--" + name + "=" + value);
            }
        });
        arguments.add("--server.port=" + port);
        arguments.add("--spring.main.banner-mode=off");
        // The sweep would put the event that a webhook brings into the topic as well.
        arguments.add("--aicredits.checkout-sync.undelivered-age-min=1h");
        arguments.add("--aicredits.checkout-sync.group-id=" + UUID.randomUUID());
        arguments.add("--aicredits.checkout-sync.stripe.api-base=" + stripe.baseUrl());
        return JvmProcess.start(HaltingWorker.class, JvmProcess.SHORT_LIVED, arguments, HaltingWorker.READY::equals);
    }
}
