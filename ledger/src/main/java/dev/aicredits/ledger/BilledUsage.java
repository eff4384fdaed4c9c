package dev.aicredits.ledger;

import dev.aicredits.rating.Rated;
import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.rating.Rating;
import dev.aicredits.usage.Consumption;
import dev.aicredits.usage.Consumption.Counted;
import dev.aicredits.usage.Consumption.Inference;
import dev.aicredits.usage.UsageKind;
import org.jspecify.annotations.Nullable;

/**
 * What an entry says it was billed for, whether or not any usage can be that; what is null there is 0 here.
 *
 * @param product null if the entry's product does not exist
 */
public record BilledUsage(
        @Nullable Product product,
        int rateCardVersion,
        int inputTokens,
        int cachedInputTokens,
        int cacheCreationInputTokens,
        int outputTokens,
        int quantity) {

    /** A row of {@code product}. */
    public record Product(String usageKind, String provider, String model, String unit) {}

    /** The amount that the rate card version gives for the counts, in nano-USD, or why there is none. */
    public String expectedAmount(Rating rating) {
        Rated again;
        try {
            again = rating.rate(consumption(), rateCardVersion);
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
        return again instanceof Priced priced ? Long.toString(-priced.costNanos()) : "no price";
    }

    /** Throws {@link IllegalArgumentException} if no usage can be what the entry says. */
    private Consumption consumption() {
        UsageKind kind = product == null ? null : UsageKind.ofWireName(product.usageKind());
        if (product == null || kind == null) {
            throw new IllegalArgumentException("no such product");
        }
        if (kind != UsageKind.INFERENCE) {
            return new Counted(kind, product.unit(), quantity);
        }
        return new Inference(
                product.provider(),
                product.model(),
                inputTokens,
                cachedInputTokens,
                cacheCreationInputTokens,
                outputTokens);
    }
}
