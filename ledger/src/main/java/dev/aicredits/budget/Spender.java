package dev.aicredits.budget;

import org.jspecify.annotations.Nullable;

/** On whose behalf an agent spends. */
public sealed interface Spender {

    /** {@code identified} or {@code anonymous}, as the wire has it. */
    String identityType();

    /**
     * An external user.
     *
     * @param displayName null if there is none, or the user was never seen
     * @param explicitLimitNanos the user's own monthly limit; null if there is none
     */
    record Identified(
            String externalUserId,
            @Nullable String displayName,
            @Nullable Long explicitLimitNanos) implements Spender {
        @Override
        public String identityType() {
            return "identified";
        }
    }

    /** Nobody in particular: a call without an external user. */
    record Anonymous() implements Spender {
        @Override
        public String identityType() {
            return "anonymous";
        }
    }
}
