package dev.aicredits.localstripe;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a customer's payment does to a session, its payment intent and its charge, with the events in Stripe's order. */
final class PaymentFlow {
    private final Charges charges;
    private final Subscriptions subscriptions;

    PaymentFlow(Charges charges, Subscriptions subscriptions) {
        this.charges = charges;
        this.subscriptions = subscriptions;
    }

    /** The card is charged at once; of a session that subscribes, for the first period. */
    ObjectNode payByCard(String sessionId, Change change) {
        ObjectNode session = confirmable(sessionId, PaymentMethod.CARD, change);
        if (subscribes(session)) {
            subscriptions.begin(session, change);
            complete(session, null, "paid", change);
            return session;
        }
        ObjectNode payment = confirm(session, change);
        ObjectNode charge = charges.succeeded(payment, PaymentMethod.CARD, change);
        succeed(payment, charge, change);
        complete(session, payment, "paid", change);
        return session;
    }

    /** The card is refused; the customer may try again. */
    ObjectNode declineCard(String sessionId, Change change) {
        ObjectNode session = confirmable(sessionId, PaymentMethod.CARD, change);
        if (subscribes(session)) {
            // Nothing begins that there would be an event about.
            return session;
        }
        ObjectNode payment = confirm(session, change);
        ObjectNode charge = charges.failed(payment, PaymentMethod.CARD, change);
        fail(payment, charge, Declined.CARD, change);
        session.put("payment_intent", Json.id(payment));
        change.update(session);
        return session;
    }

    /** The bank is asked; the session is complete and not paid. */
    ObjectNode payByBank(String sessionId, Change change) {
        ObjectNode session = confirmable(sessionId, PaymentMethod.BANK_DEBIT, change);
        ObjectNode payment = confirm(session, change);
        ObjectNode charge = charges.pending(payment, PaymentMethod.BANK_DEBIT, change);
        payment.put("status", "processing")
                .put("latest_charge", Json.id(charge))
                .put("payment_method", Json.text(charge, "payment_method"));
        change.update(payment);
        change.event("payment_intent.processing", payment);
        complete(session, payment, "unpaid", change);
        return session;
    }

    /** The bank paid. */
    ObjectNode settle(String sessionId, Change change) {
        ObjectNode session = change.named(StripeKind.SESSION, sessionId);
        ObjectNode payment = processing(session, change);
        ObjectNode charge = change.get(StripeKind.CHARGE, Json.requiredText(payment, "latest_charge"));
        charges.succeed(charge, PaymentMethod.BANK_DEBIT, change);
        succeed(payment, charge, change);
        session.put("payment_status", "paid");
        change.update(session);
        change.event("checkout.session.async_payment_succeeded", session);
        return session;
    }

    /** The bank refused. */
    ObjectNode fail(String sessionId, Change change) {
        ObjectNode session = change.named(StripeKind.SESSION, sessionId);
        ObjectNode payment = processing(session, change);
        ObjectNode charge = change.get(StripeKind.CHARGE, Json.requiredText(payment, "latest_charge"));
        charges.fail(charge, Declined.BANK, change);
        fail(payment, charge, Declined.BANK, change);
        change.event("checkout.session.async_payment_failed", session);
        return session;
    }

    private static ObjectNode confirmable(String sessionId, PaymentMethod method, Change change) {
        ObjectNode session = change.named(StripeKind.SESSION, sessionId);
        Sessions.requireOpen(session, "paid");
        for (JsonNode type : session.required("payment_method_types")) {
            if (type.stringValue().equals(method.type())) {
                return session;
            }
        }
        throw StripeError.invalidState(
                "payment_method_unactivated", "The Checkout Session does not take the payment method " + method.type());
    }

    /** The session's payment intent, which begins to exist with the first attempt. */
    private static ObjectNode confirm(ObjectNode session, Change change) {
        String known = Json.text(session, "payment_intent");
        if (known != null) {
            return change.get(StripeKind.PAYMENT_INTENT, known);
        }
        List<ObjectNode> drafts = change.owned(StripeKind.PAYMENT_DRAFT, Json.id(session));
        ObjectNode payment = drafts.get(0);
        change.delete(payment);
        payment.put("created", change.now());
        change.insert(payment);
        change.event("payment_intent.created", payment);
        return payment;
    }

    private static ObjectNode processing(ObjectNode session, Change change) {
        String id = Json.text(session, "payment_intent");
        @Nullable ObjectNode payment = id == null ? null : change.get(StripeKind.PAYMENT_INTENT, id);
        if (payment == null || !Json.requiredText(payment, "status").equals("processing")) {
            throw StripeError.invalidState(
                    "payment_intent_unexpected_state", "The Checkout Session has no payment that waits for a bank");
        }
        return payment;
    }

    static void succeed(ObjectNode payment, ObjectNode charge, Change change) {
        payment.put("status", "succeeded")
                .put("amount_received", Json.number(payment, "amount"))
                .put("latest_charge", Json.id(charge))
                .put("payment_method", Json.text(charge, "payment_method"))
                .putNull("last_payment_error");
        change.update(payment);
        change.event("payment_intent.succeeded", payment);
    }

    private static void fail(ObjectNode payment, ObjectNode charge, Declined why, Change change) {
        payment.put("status", "requires_payment_method")
                .put("latest_charge", Json.id(charge))
                .putNull("payment_method");
        payment.set("last_payment_error", why.error(Json.id(charge)));
        change.update(payment);
        change.event("payment_intent.payment_failed", payment);
    }

    private static boolean subscribes(ObjectNode session) {
        return Json.requiredText(session, "mode").equals(NewSession.SUBSCRIPTION);
    }

    private static void complete(
            ObjectNode session, @Nullable ObjectNode payment, String paymentStatus, Change change) {
        session.put("status", "complete").put("payment_status", paymentStatus).putNull("url");
        if (payment != null) {
            session.put("payment_intent", Json.id(payment));
        }
        session.putObject("customer_details")
                .putNull("address")
                .putNull("business_name")
                .put("email", Json.text(session, "customer_email"))
                .putNull("individual_name")
                .putNull("name")
                .putNull("phone")
                .put("tax_exempt", "none")
                .putArray("tax_ids");
        change.update(session);
        change.event("checkout.session.completed", session);
    }
}
