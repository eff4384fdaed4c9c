package dev.aicredits.archive;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A ledger entry as a line of an archive file has it: the columns of {@code ledger_entry}, with compact keys. What is null is
 * left out of the line.
 */
record ArchivedEntry(
        long organization,
        long seq,
        short kind,
        long amountNanos,
        long balanceAfterNanos,
        Instant occurredAt,
        Instant bookedAt,
        UUID dedupeKey,
        @Nullable Long agent,
        @Nullable Long externalUser,
        @Nullable Integer product,
        @Nullable Integer rateCardVersion,
        @Nullable Integer inputTokens,
        @Nullable Integer cachedInputTokens,
        @Nullable Integer cacheCreationInputTokens,
        @Nullable Integer outputTokens,
        @Nullable Integer quantity,
        @Nullable String checkoutSessionId,
        @Nullable String refundId,
        @Nullable String disputeId,
        @Nullable String description) {

    private static final short USAGE = 1;

    boolean isUsage() {
        return kind == USAGE;
    }
}
