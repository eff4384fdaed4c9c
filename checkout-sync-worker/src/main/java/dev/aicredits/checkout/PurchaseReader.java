package dev.aicredits.checkout;

import dev.aicredits.problem.ProblemException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads from the body of a start request what is bought. */
final class PurchaseReader {

    /** Enough for two return URLs. */
    static final int BODY_BYTES_MAX = 16 * 1024;

    private static final String CURRENCY = "usd";

    private final AmountReader amounts;
    private final ReturnUrls returnUrls;

    PurchaseReader(CheckoutSettings settings) {
        this.amounts = new AmountReader(settings.amountMin(), settings.amountMax());
        this.returnUrls = new ReturnUrls(settings.publicUrl(), settings.returnOrigins());
    }

    /** The purchase, or {@link ProblemException}. */
    Purchase read(byte[] body) {
        JsonNode request = RequestBodies.parse(body);
        return new Purchase(
                amounts.cents(request),
                CURRENCY,
                returnUrls.success(text(request, "successUrl")),
                returnUrls.cancel(text(request, "cancelUrl")));
    }

    private static @Nullable String text(JsonNode request, String name) {
        JsonNode node = request.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (!node.isString()) {
            throw new ProblemException(CheckoutProblem.RETURN_URL_INVALID);
        }
        return node.stringValue();
    }
}
