package dev.aicredits.localstripe;

import tools.jackson.databind.node.ObjectNode;

/** How a customer pays: at once by card, or by a bank debit that takes days to succeed or fail. */
enum PaymentMethod {
    CARD(NewSession.CARD, "charge"),
    BANK_DEBIT(NewSession.BANK_DEBIT, "payment");

    private static final long CARD_FEE_FIXED = 30;
    private static final long CARD_FEE_PER_MILLE = 29;
    private static final long BANK_FEE_PER_MILLE = 8;
    private static final long BANK_FEE_MAX = 500;
    private static final long MILLE = 1000;

    private final String type;
    private final String transactionType;
    private final String details;

    PaymentMethod(String type, String transactionType) {
        this.type = type;
        this.transactionType = transactionType;
        this.details = Templates.read("methods/" + type + ".json");
    }

    String type() {
        return type;
    }

    /** The type of the balance transaction that a payment by it makes. */
    String transactionType() {
        return transactionType;
    }

    ObjectNode details() {
        return Json.parse(details);
    }

    /** What Stripe keeps of an amount, in the same unit; half up. */
    long fee(long amount) {
        long perMille = this == CARD ? CARD_FEE_PER_MILLE : BANK_FEE_PER_MILLE;
        long share = Math.addExact(Math.multiplyExact(amount, perMille), MILLE / 2) / MILLE;
        return this == CARD ? share + CARD_FEE_FIXED : Math.min(share, BANK_FEE_MAX);
    }
}
