package dev.aicredits.hold;

import dev.aicredits.ledger.JdbcHeld;
import org.jspecify.annotations.Nullable;

/**
 * Who a hold is for, in the keys of tables.
 *
 * @param externalUserKey {@link #ANONYMOUS} for an anonymous run
 * @param externalUserId the same as text; null for an anonymous run
 */
record HoldTarget(
        long agentKey, long externalUserKey, @Nullable String externalUserId) {

    static final long ANONYMOUS = 0;

    /** The row of {@code held} that the target's spender has. */
    HeldLayer spender() {
        return new HeldLayer(agentKey, externalUserKey == ANONYMOUS ? JdbcHeld.ANONYMOUS : externalUserKey);
    }

    HeldLayer agent() {
        return new HeldLayer(agentKey, JdbcHeld.WHOLE);
    }

    /** One row of {@code held} in an organization. */
    record HeldLayer(long agentKey, long externalUserKey) {
        static final HeldLayer ORGANIZATION = new HeldLayer(JdbcHeld.WHOLE, JdbcHeld.WHOLE);
    }
}
