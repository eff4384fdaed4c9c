package dev.aicredits.checkout;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which of Stripe's event types we use, and for what. */
final class EventTypes {

    /** What an event of a type makes us do. */
    enum Use {
        /** Fulfil the session that it is about. */
        SESSION,
        /** Fulfil the session of the payment that it belongs to, refunds and disputes included. */
        PAYMENT,
        /** Keep the invoice's status, and follow the subscription that it is of. */
        INVOICE,
        /** Follow the subscription: it pays for a plan, or does no more. */
        SUBSCRIPTION,
        /** Nothing. */
        NONE
    }

    private static final Map<String, Use> USES = uses();

    private EventTypes() {}

    static Use of(String type) {
        return USES.getOrDefault(type, Use.NONE);
    }

    /** The types that we use; no more than the 20 that Stripe takes in one list request. */
    static List<String> used() {
        return List.copyOf(USES.keySet());
    }

    private static Map<String, Use> uses() {
        Map<String, Use> uses = new TreeMap<>();
        for (String change : List.of("completed", "async_payment_succeeded", "async_payment_failed", "expired")) {
            uses.put("checkout.session." + change, Use.SESSION);
        }
        uses.put("charge.refunded", Use.PAYMENT);
        for (String change : List.of("created", "updated", "failed")) {
            uses.put("refund." + change, Use.PAYMENT);
        }
        for (String change : List.of("funds_withdrawn", "funds_reinstated", "closed")) {
            uses.put("charge.dispute." + change, Use.PAYMENT);
        }
        for (String change : List.of(
                "created", "finalized", "paid", "payment_failed", "voided", "marked_uncollectible", "updated")) {
            uses.put("invoice." + change, Use.INVOICE);
        }
        // One that begins does so with its session.
        for (String change : List.of("updated", "deleted")) {
            uses.put("customer.subscription." + change, Use.SUBSCRIPTION);
        }
        return uses;
    }
}
