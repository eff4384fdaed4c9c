package dev.aicredits.rating;

import dev.aicredits.usage.UsageKind;
import java.time.Instant;
import java.util.Map;

/**
 * One version of the prices, whole and immutable.
 *
 * @param version counts up from 1
 * @param effectiveFrom the first moment of usage it may rate
 * @param models token prices by provider, then model
 * @param units nano-USD per million units by kind, then unit
 */
public record RateCard(
        int version,
        Instant effectiveFrom,
        Map<String, Map<String, TokenPrices>> models,
        Map<UsageKind, Map<String, Long>> units) {}
