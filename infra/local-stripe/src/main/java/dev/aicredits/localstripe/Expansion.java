package dev.aicredits.localstripe;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Puts objects in the place of their ids where a request asks for it, as {@code payment_intent.latest_charge}. */
final class Expansion {
    private static final int DEPTH_MAX = 4;

    private static final Map<String, StripeKind> IDS = Map.of(
            "payment_intent", StripeKind.PAYMENT_INTENT,
            "latest_charge", StripeKind.CHARGE,
            "charge", StripeKind.CHARGE,
            "subscription", StripeKind.SUBSCRIPTION,
            "latest_invoice", StripeKind.INVOICE,
            "invoice", StripeKind.INVOICE,
            "balance_transaction", StripeKind.BALANCE_TRANSACTION,
            "failure_balance_transaction", StripeKind.BALANCE_TRANSACTION);

    private final Change change;

    Expansion(Change change) {
        this.change = change;
    }

    void apply(JsonNode answer, List<String> paths) {
        for (String path : paths) {
            List<String> steps = List.of(path.split("\\."));
            if (steps.size() > DEPTH_MAX) {
                throw StripeError.parameter(null, "expand", "You cannot expand more than " + DEPTH_MAX + " levels");
            }
            expand(answer, steps, path);
        }
    }

    private void expand(JsonNode node, List<String> steps, String path) {
        if (steps.isEmpty()) {
            return;
        }
        if (node.isArray()) {
            node.forEach(element -> expand(element, steps, path));
            return;
        }
        String step = steps.get(0);
        if (node instanceof ObjectNode object) {
            include(object, step, path);
            expand(object.path(step), steps.subList(1, steps.size()), path);
        }
    }

    private void include(ObjectNode object, String step, String path) {
        String type = Json.text(object, "object");
        if (step.equals("line_items") && StripeKind.SESSION.type().equals(type)) {
            object.set(step, Lists.lineItems(Json.id(object), change));
        } else if (step.equals("refunds") && StripeKind.CHARGE.type().equals(type)) {
            ObjectNode ofCharge = Json.object().put("charge", Json.id(object));
            List<ObjectNode> refunds = change.page(ListQuery.all(StripeKind.REFUND, ofCharge));
            object.set(step, Json.list("/v1/charges/" + Json.id(object) + "/refunds", refunds, false));
        } else if (IDS.containsKey(step) && object.has(step)) {
            String id = Json.text(object, step);
            if (id != null) {
                object.set(step, change.get(Objects.requireNonNull(IDS.get(step)), id));
            }
        } else if (!object.has(step) || !object.required(step).isContainer()) {
            throw StripeError.parameter(null, "expand", "This property cannot be expanded (" + path + ").");
        }
    }
}
