package dev.aicredits.rating;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a model's tokens cost, in nano-USD per million tokens.
 *
 * @param cachedInput null: cached tokens cost what plain input costs
 * @param cacheCreation null: cache-creation tokens cost what plain input costs
 * @param output null: the model has no output (an embedding), so output tokens are unrated
 * @param longContext the prices that hold instead, for all tokens of an event, once its input is longer; or null
 */
public record TokenPrices(
        long input,
        @Nullable Long cachedInput,
        @Nullable Long cacheCreation,
        @Nullable Long output,
        @Nullable LongContext longContext) {

    /**
     * The tier for long contexts.
     *
     * @param inputTokensOver the tier holds for events with more input tokens than this
     */
    public record LongContext(int inputTokensOver, TokenPrices prices) {}

    TokenPrices forInput(int inputTokens) {
        return longContext != null && inputTokens > longContext.inputTokensOver() ? longContext.prices() : this;
    }

    long cachedInputOrInput() {
        return cachedInput != null ? cachedInput : input;
    }

    long cacheCreationOrInput() {
        return cacheCreation != null ? cacheCreation : input;
    }

    Optional<Long> outputPrice() {
        return Optional.ofNullable(output);
    }
}
