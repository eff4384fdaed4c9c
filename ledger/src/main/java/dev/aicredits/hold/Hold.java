package dev.aicredits.hold;

import dev.aicredits.money.Usd;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One reservation, as it stands.
 *
 * @param externalUserId null for an anonymous run
 * @param amount what was reserved
 * @param captured what usage has cost of it so far, at most {@code amount}
 * @param endedAt when it left {@link HoldState#OPEN}; null while it is open
 * @param endedBy stands for the call that ended it; null if none did
 */
public record Hold(
        UUID id,
        String agentId,
        @Nullable String externalUserId,
        Usd amount,
        Usd captured,
        HoldState state,
        Instant createdAt,
        Instant expiresAt,
        @Nullable Instant endedAt,
        @Nullable UUID endedBy) {

    /** What it holds now. */
    public Usd held() {
        return state == HoldState.OPEN ? amount.minus(captured) : Usd.ZERO;
    }

    /** The hold as it is at {@code now}: its time may have ended it before anything marked it. */
    Hold at(Instant now) {
        return state == HoldState.OPEN && !now.isBefore(expiresAt) ? ended(HoldState.EXPIRED, expiresAt, null) : this;
    }

    Hold ended(HoldState as, Instant when, @Nullable UUID by) {
        return new Hold(id, agentId, externalUserId, amount, captured, as, createdAt, expiresAt, when, by);
    }

    /** Whether {@code request} asked for this very hold. */
    boolean answers(HoldRequest request) {
        return agentId.equals(request.agentId())
                && Objects.equals(externalUserId, request.externalUserId())
                && amount.equals(request.amount())
                && expiresAt.equals(createdAt.plus(request.lasts()));
    }
}
