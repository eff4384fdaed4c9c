package dev.aicredits.spending;

import dev.aicredits.hold.Hold;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A hold, as clients see it.
 *
 * @param capturedUsd what usage has cost of it
 * @param heldUsd what it holds now
 */
record HoldView(
        String holdId,
        String agentId,
        @Nullable String externalUserId,
        BigDecimal amountUsd,
        BigDecimal capturedUsd,
        BigDecimal heldUsd,
        String status,
        Instant createdOn,
        Instant expiresAt,
        @Nullable Instant endedOn) {

    static HoldView of(Hold hold) {
        return new HoldView(
                hold.id().toString(),
                hold.agentId(),
                hold.externalUserId(),
                hold.amount().toDecimal(),
                hold.captured().toDecimal(),
                hold.held().toDecimal(),
                hold.state().wireName(),
                hold.createdAt(),
                hold.expiresAt(),
                hold.endedAt());
    }
}
