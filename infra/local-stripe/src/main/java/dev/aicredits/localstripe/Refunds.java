package dev.aicredits.localstripe;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Refunds: money that goes back to the customer, and comes back again if that fails. */
final class Refunds {
    static final String SUCCEEDED = "succeeded";
    static final String PENDING = "pending";

    private Refunds() {}

    /**
     * Refunds a charge.
     *
     * @param asked null for all that is left
     * @param status what it begins with: succeeded, or pending until the bank has it
     */
    static ObjectNode create(
            ObjectNode charge,
            @Nullable Long asked,
            @Nullable String reason,
            Map<String, String> metadata,
            String status,
            Change change) {
        long amount = refundable(charge, asked);
        String currency = Json.requiredText(charge, "currency");
        ObjectNode refund = change.create(StripeKind.REFUND);
        ObjectNode transaction =
                BalanceTransactions.book(change, "refund", "refund", Json.id(refund), currency, -amount, 0);
        refund.put("amount", amount)
                .put("balance_transaction", Json.id(transaction))
                .put("charge", Json.id(charge))
                .put("currency", currency)
                .put("payment_intent", Json.text(charge, "payment_intent"))
                .put("reason", reason)
                .put("status", status);
        metadata.forEach(refund.putObject("metadata")::put);
        change.insert(refund);
        ObjectNode before = moveRefunded(charge, amount, change);
        change.event("refund.created", refund);
        change.event("charge.refunded", charge, before);
        return refund;
    }

    private static long refundable(ObjectNode charge, @Nullable Long asked) {
        String id = Json.id(charge);
        if (!Json.requiredText(charge, "status").equals(SUCCEEDED)) {
            throw StripeError.invalidState(null, "Charge " + id + " did not succeed; it cannot be refunded.");
        }
        if (charge.required("disputed").booleanValue()) {
            throw StripeError.invalidState(
                    "charge_disputed", "Charge " + id + " has been charged back; cannot issue a refund.");
        }
        long left = Math.subtractExact(Json.number(charge, "amount"), Json.number(charge, "amount_refunded"));
        if (left == 0) {
            throw StripeError.invalidState("charge_already_refunded", "Charge " + id + " has already been refunded.");
        }
        if (asked != null && asked > left) {
            throw StripeError.parameter(
                    null,
                    "amount",
                    "Refund amount (" + asked + ") is greater than unrefunded amount on charge (" + left + ")");
        }
        return asked == null ? left : asked;
    }

    /** The bank has it. */
    static ObjectNode settle(String id, Change change) {
        ObjectNode refund = change.named(StripeKind.REFUND, id);
        if (!Json.requiredText(refund, "status").equals(PENDING)) {
            throw StripeError.invalidState(null, "Refund " + id + " is not pending");
        }
        refund.put("status", SUCCEEDED);
        change.update(refund);
        change.event("refund.updated", refund, Json.object().put("status", PENDING));
        change.event("charge.refund.updated", refund, Json.object().put("status", PENDING));
        return refund;
    }

    /** The bank gave it back, at once or days after it had succeeded. */
    static ObjectNode fail(String id, Change change) {
        ObjectNode refund = change.named(StripeKind.REFUND, id);
        String status = Json.requiredText(refund, "status");
        if (!status.equals(PENDING) && !status.equals(SUCCEEDED)) {
            throw StripeError.invalidState(null, "Refund " + id + " has already failed");
        }
        long amount = Json.number(refund, "amount");
        ObjectNode transaction = BalanceTransactions.book(
                change, "refund_failure", "refund_failure", id, Json.requiredText(refund, "currency"), amount, 0);
        refund.put("status", "failed")
                .put("failure_reason", "lost_or_stolen_card")
                .put("failure_balance_transaction", Json.id(transaction));
        change.update(refund);
        moveRefunded(change.get(StripeKind.CHARGE, Json.requiredText(refund, "charge")), -amount, change);
        change.event("refund.failed", refund);
        change.event("refund.updated", refund, Json.object().put("status", status));
        change.event("charge.refund.updated", refund, Json.object().put("status", status));
        return refund;
    }

    /** Returns what the charge had before. */
    private static ObjectNode moveRefunded(ObjectNode charge, long amount, Change change) {
        long before = Json.number(charge, "amount_refunded");
        long refunded = Math.addExact(before, amount);
        ObjectNode previous = Json.object().put("amount_refunded", before);
        previous.set("refunded", charge.required("refunded"));
        charge.put("amount_refunded", refunded).put("refunded", refunded == Json.number(charge, "amount"));
        change.update(charge);
        return previous;
    }
}
