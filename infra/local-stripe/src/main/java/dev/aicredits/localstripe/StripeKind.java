package dev.aicredits.localstripe;

import java.util.Arrays;
import tools.jackson.databind.node.ObjectNode;

/** The kinds of Stripe's objects that are kept, each with the template of what it always has. */
enum StripeKind {
    SESSION("checkout.session", "cs_test_"),
    PAYMENT_INTENT("payment_intent", "pi_"),
    CHARGE("charge", "ch_"),
    REFUND("refund", "re_"),
    DISPUTE("dispute", "du_"),
    BALANCE_TRANSACTION("balance_transaction", "txn_"),
    /** What a session's payment will be, which nobody sees before a customer tries to pay. */
    PAYMENT_DRAFT("payment_intent", "pi_"),
    LINE_ITEM("item", "li_"),
    PRICE("price", "price_"),
    INVOICE("invoice", "in_"),
    INVOICE_PAYMENT("invoice_payment", "inpay_"),
    INVOICE_LINE("line_item", "il_"),
    SUBSCRIPTION("subscription", "sub_"),
    /** What a session will begin once somebody pays. */
    SUBSCRIPTION_DRAFT("subscription", "sub_"),
    SUBSCRIPTION_ITEM("subscription_item", "si_"),
    EVENT("event", "evt_");

    private final String type;
    private final String idPrefix;
    private final String template;

    StripeKind(String type, String idPrefix) {
        this.type = type;
        this.idPrefix = idPrefix;
        this.template = Templates.read("objects/" + type + ".json");
    }

    /** The value of the objects' {@code object}. */
    String type() {
        return type;
    }

    String idPrefix() {
        return idPrefix;
    }

    /** A new object with everything that Stripe always sends for its kind, most of it null. */
    ObjectNode create(String id, long created) {
        ObjectNode object = Json.object().put("id", id);
        object.setAll(Json.parse(template));
        if (object.has("created")) {
            object.put("created", created);
        }
        return object;
    }

    static StripeKind of(ObjectNode object) {
        String type = Json.requiredText(object, "object");
        return Arrays.stream(values())
                .filter(kind -> kind.type.equals(type))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no kind " + type));
    }
}
