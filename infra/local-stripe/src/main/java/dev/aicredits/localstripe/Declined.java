package dev.aicredits.localstripe;

import tools.jackson.databind.node.ObjectNode;

/** Why a payment failed. */
enum Declined {
    CARD("card_error", "card_declined", "generic_decline", "Your card was declined."),
    BANK("invalid_request_error", "payment_method_customer_decline", null, "The bank account has insufficient funds.");

    private final String type;
    private final String code;
    private final @org.jspecify.annotations.Nullable String declineCode;
    private final String message;

    Declined(String type, String code, @org.jspecify.annotations.Nullable String declineCode, String message) {
        this.type = type;
        this.code = code;
        this.declineCode = declineCode;
        this.message = message;
    }

    String code() {
        return code;
    }

    String message() {
        return message;
    }

    /** As a payment intent says it. */
    ObjectNode error(String charge) {
        ObjectNode error = Json.object().put("charge", charge).put("code", code);
        if (declineCode != null) {
            error.put("decline_code", declineCode);
        }
        return error.put("doc_url", "https://stripe.com/docs/error-codes/" + code.replace('_', '-'))
                .put("message", message)
                .put("type", type);
    }
}
