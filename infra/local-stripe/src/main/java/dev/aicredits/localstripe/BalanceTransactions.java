package dev.aicredits.localstripe;

import tools.jackson.databind.node.ObjectNode;

/** Movements of the account's balance; an amount is negative where money leaves. */
final class BalanceTransactions {
    private static final long AVAILABLE_AFTER_SECONDS = 2 * 24 * 60 * 60;

    private BalanceTransactions() {}

    static ObjectNode book(
            Change change, String type, String category, String source, String currency, long amount, long fee) {
        ObjectNode transaction = change.create(StripeKind.BALANCE_TRANSACTION);
        transaction
                .put("type", type)
                .put("reporting_category", category)
                .put("source", source)
                .put("currency", currency)
                .put("amount", amount)
                .put("fee", fee)
                .put("net", Math.subtractExact(amount, fee))
                .put("available_on", change.now() + AVAILABLE_AFTER_SECONDS);
        if (fee != 0) {
            transaction
                    .putArray("fee_details")
                    .addObject()
                    .put("amount", fee)
                    .putNull("application")
                    .put("currency", currency)
                    .put("description", "Stripe processing fees")
                    .put("type", "stripe_fee");
        }
        change.insert(transaction);
        return transaction;
    }
}
