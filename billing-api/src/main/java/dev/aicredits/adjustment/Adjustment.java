package dev.aicredits.adjustment;

import dev.aicredits.money.Usd;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A correction that an operator asked for.
 *
 * @param requestedBy an operator's principal
 * @param decidedBy who booked or rejected it
 * @param entrySeq the ledger entry, once it is booked
 */
record Adjustment(
        UUID id,
        Usd amount,
        String reason,
        State state,
        @Nullable String idempotencyKey,
        String requestedBy,
        Instant requestedAt,
        @Nullable String decidedBy,
        @Nullable Instant decidedAt,
        @Nullable Long entrySeq) {

    enum State {
        PENDING,
        BOOKED,
        REJECTED;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Adjustment decided(State decision, String by, Instant at, @Nullable Long seq) {
        return new Adjustment(id, amount, reason, decision, idempotencyKey, requestedBy, requestedAt, by, at, seq);
    }

    boolean isOf(Usd otherAmount, String otherReason) {
        return amount.equals(otherAmount) && reason.equals(otherReason);
    }
}
