package dev.aicredits.credits;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A ledger entry, as clients see it. What an entry of its kind does not have is left out.
 *
 * @param id its place in the organization's ledger: 1, 2, 3, …
 * @param amountUsd positive where it credits the organization, negative where it debits
 * @param createdOn when it was booked
 * @param occurredOn when it happened
 * @param inputTokens with the cached ones
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Entry(
        String id,
        String entryKind,
        BigDecimal amountUsd,
        BigDecimal balanceAfterUsd,
        Instant createdOn,
        Instant occurredOn,
        @Nullable String description,
        @Nullable String agentId,
        @Nullable String externalUserId,
        @Nullable String usageKind,
        @Nullable String provider,
        @Nullable String model,
        @Nullable Integer inputTokens,
        @Nullable Integer cachedInputTokens,
        @Nullable Integer cacheCreationInputTokens,
        @Nullable Integer outputTokens,
        @Nullable Integer quantity,
        @Nullable String unit,
        @Nullable Integer rateCardVersion,
        @Nullable String sessionId,
        @Nullable String refundId,
        @Nullable String disputeId) {}
