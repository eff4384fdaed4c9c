package dev.aicredits.localstripe;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Checkout sessions: how one begins, and how it ends without a payment. */
final class Sessions {
    static final String OPEN = "open";

    private final UnaryOperator<String> pageOf;

    /** @param pageOf the URL of a session's page */
    Sessions(UnaryOperator<String> pageOf) {
        this.pageOf = pageOf;
    }

    ObjectNode create(NewSession asked, Change change) {
        ObjectNode session = change.create(StripeKind.SESSION);
        String id = Json.id(session);
        session.put("amount_subtotal", asked.amount())
                .put("amount_total", asked.amount())
                .put("currency", asked.currency())
                .put("success_url", asked.successUrl())
                .put("cancel_url", asked.cancelUrl())
                .put("client_reference_id", asked.clientReferenceId())
                .put("customer_email", asked.customerEmail())
                .put("locale", asked.locale())
                .put("submit_type", asked.submitType())
                .put("expires_at", asked.expiresAt())
                .put("url", pageOf.apply(id));
        session.put("mode", asked.mode());
        putAll(session.putObject("metadata"), asked.metadata());
        ArrayNode types = session.putArray("payment_method_types");
        asked.paymentMethodTypes().forEach(types::add);
        if (asked.mode().equals(NewSession.SUBSCRIPTION)) {
            session.put("payment_method_collection", "always").putNull("customer_creation");
        }
        change.insert(session);
        List<ObjectNode> items = asked.items().stream()
                .map(item -> lineItem(item, asked, change))
                .toList();
        items.forEach(item -> change.insertOwned(StripeKind.LINE_ITEM, item, id));
        if (asked.mode().equals(NewSession.SUBSCRIPTION)) {
            ObjectNode price = (ObjectNode) items.get(0).required("price");
            Subscriptions.draft(asked, session, price, change);
        } else {
            change.insertOwned(StripeKind.PAYMENT_DRAFT, payment(asked, change), id);
        }
        return session;
    }

    private static ObjectNode lineItem(NewSession.Item asked, NewSession session, Change change) {
        ObjectNode price = change.create(StripeKind.PRICE);
        price.put("currency", session.currency())
                .put("product", Ids.product())
                .put("unit_amount", asked.unitAmount())
                .put("unit_amount_decimal", Long.toString(asked.unitAmount()));
        NewSession.Recurring recurring = asked.recurring();
        if (recurring != null) {
            price.put("type", "recurring");
            price.putObject("recurring")
                    .put("interval", recurring.interval())
                    .put("interval_count", recurring.count())
                    .putNull("meter")
                    .putNull("trial_period_days")
                    .put("usage_type", "licensed");
        }
        ObjectNode item = change.create(StripeKind.LINE_ITEM);
        item.put("amount_subtotal", asked.amount())
                .put("amount_total", asked.amount())
                .put("currency", session.currency())
                .put("description", asked.name())
                .put("quantity", asked.quantity());
        item.set("price", price);
        return item;
    }

    private static ObjectNode payment(NewSession asked, Change change) {
        ObjectNode payment = change.create(StripeKind.PAYMENT_DRAFT);
        payment.put("amount", asked.amount())
                .put("currency", asked.currency())
                .put("description", asked.paymentDescription())
                .put("client_secret", Json.id(payment) + "_secret_" + Ids.letters(24));
        putAll(payment.putObject("metadata"), asked.paymentMetadata());
        ArrayNode types = payment.putArray("payment_method_types");
        asked.paymentMethodTypes().forEach(types::add);
        return payment;
    }

    private static void putAll(ObjectNode node, Map<String, String> texts) {
        texts.forEach(node::put);
    }

    /** Ends an open session, as its owner may. */
    ObjectNode expire(String id, Change change) {
        ObjectNode session = change.named(StripeKind.SESSION, id);
        requireOpen(session, "expired");
        session.put("status", "expired").putNull("url");
        change.update(session);
        change.event("checkout.session.expired", session);
        return session;
    }

    /** Ends those whose time is over. */
    void expireOverdue(StripeState state) {
        if (!state.read(Change::overdueSessions).isEmpty()) {
            state.change(change -> {
                List<String> overdue = change.overdueSessions();
                overdue.forEach(id -> expire(id, change));
                return overdue.size();
            });
        }
    }

    static void requireOpen(ObjectNode session, String done) {
        String status = Json.requiredText(session, "status");
        if (!status.equals(OPEN)) {
            throw StripeError.invalidState(
                    null,
                    "Only Checkout Sessions with a status in [\"open\"] can be " + done
                            + ". This Checkout Session has a status of `" + status + "`.");
        }
    }
}
