package dev.aicredits.checkout;

/**
 * What is ordered, checked.
 *
 * @param amountCents whole cents within the configured limits
 * @param successUrl where the customer comes back to after paying
 * @param cancelUrl where the customer comes back to otherwise
 */
record Purchase(long amountCents, String currency, String successUrl, String cancelUrl) {

    /** What two requests under one idempotency key must have in common. */
    RequestHash hash() {
        return RequestHash.of(Long.toString(amountCents), currency, successUrl, cancelUrl);
    }
}
