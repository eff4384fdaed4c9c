package dev.aicredits.localstripe;

import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/** Charges: one for each attempt to take a payment. */
final class Charges {
    private static final String SUCCEEDED = "succeeded";

    private final UnaryOperator<String> receiptOf;

    /** @param receiptOf the URL of a charge's receipt */
    Charges(UnaryOperator<String> receiptOf) {
        this.receiptOf = receiptOf;
    }

    /** The charge that a payment intent was paid with, or waits for. */
    static ObjectNode of(String paymentIntentId, Change change) {
        ObjectNode payment = change.named(StripeKind.PAYMENT_INTENT, paymentIntentId);
        String latest = Json.text(payment, "latest_charge");
        if (latest == null) {
            throw StripeError.invalidState(null, "This PaymentIntent (" + paymentIntentId + ") has no charge.");
        }
        return change.get(StripeKind.CHARGE, latest);
    }

    /** One that waits for the bank. */
    ObjectNode pending(ObjectNode payment, PaymentMethod method, Change change) {
        ObjectNode charge = create(payment, method, change);
        charge.put("status", "pending").put("paid", true);
        change.insert(charge);
        change.event("charge.pending", charge);
        return charge;
    }

    /** One that took the money at once. */
    ObjectNode succeeded(ObjectNode payment, PaymentMethod method, Change change) {
        ObjectNode charge = create(payment, method, change);
        change.insert(charge);
        succeed(charge, method, change);
        return charge;
    }

    /** Books what a charge took. */
    void succeed(ObjectNode charge, PaymentMethod method, Change change) {
        long amount = Json.number(charge, "amount");
        ObjectNode transaction = BalanceTransactions.book(
                change,
                method.transactionType(),
                "charge",
                Json.id(charge),
                Json.requiredText(charge, "currency"),
                amount,
                method.fee(amount));
        charge.put("status", SUCCEEDED)
                .put("paid", true)
                .put("balance_transaction", Json.id(transaction))
                .put("receipt_url", receiptOf.apply(Json.id(charge)));
        outcome(charge, "approved_by_network", "authorized", "Payment complete.");
        change.update(charge);
        change.event("charge.succeeded", charge);
    }

    /** One that was refused at once. */
    ObjectNode failed(ObjectNode payment, PaymentMethod method, Change change) {
        ObjectNode charge = create(payment, method, change);
        change.insert(charge);
        fail(charge, Declined.CARD, change);
        return charge;
    }

    void fail(ObjectNode charge, Declined why, Change change) {
        charge.put("status", "failed")
                .put("paid", false)
                .put("captured", false)
                .put("amount_captured", 0)
                .put("failure_code", why.code())
                .put("failure_message", why.message());
        outcome(charge, "declined_by_network", "issuer_declined", why.message());
        change.update(charge);
        change.event("charge.failed", charge);
    }

    private static ObjectNode create(ObjectNode payment, PaymentMethod method, Change change) {
        ObjectNode charge = change.create(StripeKind.CHARGE);
        long amount = Json.number(payment, "amount");
        charge.put("amount", amount)
                .put("amount_captured", amount)
                .put("currency", Json.requiredText(payment, "currency"))
                .put("description", Json.text(payment, "description"))
                .put("payment_intent", Json.id(payment))
                .put("payment_method", "pm_" + Ids.letters(24));
        charge.set("metadata", payment.required("metadata").deepCopy());
        charge.set("payment_method_details", method.details());
        return charge;
    }

    private static void outcome(ObjectNode charge, String network, String type, String message) {
        charge.putObject("outcome")
                .putNull("advice_code")
                .putNull("network_advice_code")
                .putNull("network_decline_code")
                .put("network_status", network)
                .putNull("reason")
                .put("risk_level", "normal")
                .put("seller_message", message)
                .put("type", type);
    }
}
