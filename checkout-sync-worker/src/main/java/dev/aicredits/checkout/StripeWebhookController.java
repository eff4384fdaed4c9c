package dev.aicredits.checkout;

import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.checkout.CheckoutMetrics.Webhook;
import dev.aicredits.problem.Problem;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.stripe.StripeEvent;
import dev.aicredits.stripe.StripeEventJson;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Optional;
import org.springframework.kafka.KafkaException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Takes Stripe's webhooks: checks the signature over the raw bytes, stores the event in Kafka, answers. Each outcome has
 * one constant answer; what an event leads to is the consumer's matter.
 */
@RestController
class StripeWebhookController {

    static final String PATH = "/api/v1/webhooks/stripe";

    private static final Received RECEIVED = new Received(true);

    /** The answer to every event that was taken, whatever is made of it. */
    record Received(boolean received) {}

    private final WebhookSignature signature;
    private final EventLog events;
    private final CheckoutMetrics metrics;
    private final int bodyBytesMax;

    StripeWebhookController(
            WebhookSignature signature, EventLog events, CheckoutMetrics metrics, CheckoutSettings settings) {
        this.signature = signature;
        this.events = events;
        this.metrics = metrics;
        this.bodyBytesMax = Math.toIntExact(settings.webhookBytesMax().toBytes());
    }

    @Requires(Grant.PUBLIC)
    @PostMapping(PATH)
    Received receive(HttpServletRequest request) {
        byte[] body = body(request);
        if (!signature.isValid(Collections.list(request.getHeaders("Stripe-Signature")), body)) {
            throw refused(Webhook.SIGNATURE_INVALID, CheckoutProblem.SIGNATURE_INVALID);
        }
        Optional<StripeEvent> event = StripeEventJson.read(body);
        if (event.isEmpty()) {
            throw refused(Webhook.MALFORMED, CheckoutProblem.MALFORMED_EVENT);
        }
        if (EventTypes.of(event.get().type()) == EventTypes.Use.NONE) {
            metrics.webhook(Webhook.UNUSED);
            return RECEIVED;
        }
        if (event.get().objectId() == null) {
            throw refused(Webhook.MALFORMED, CheckoutProblem.MALFORMED_EVENT);
        }
        try {
            events.append(event.get(), body);
        } catch (KafkaException e) {
            throw refused(Webhook.NOT_STORED, CheckoutProblem.EVENT_NOT_STORED);
        }
        metrics.webhook(Webhook.STORED);
        return RECEIVED;
    }

    private byte[] body(HttpServletRequest request) {
        try {
            return RequestBodies.read(request, bodyBytesMax);
        } catch (ProblemException e) {
            metrics.webhook(Webhook.TOO_LARGE);
            throw e;
        }
    }

    private ProblemException refused(Webhook outcome, Problem problem) {
        metrics.webhook(outcome);
        return new ProblemException(problem);
    }
}
